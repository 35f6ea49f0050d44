package dev.headrace.sql.codegen;

import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.Expression;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;

/**
 * Instants to what the clock on the wall of a zone shows, and back; microseconds. A time that the clock leaves out is as
 * much later as it leaves out, and of a time that it shows twice the first is meant. The offset is remembered for the
 * stretch of time in which it stays the same.
 */
public final class ZoneShift {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final ZoneId zone;
    private final ZoneRules rules;
    /** Instants of this stretch, in seconds, have the offset. */
    private long from = Long.MAX_VALUE;

    private long to = Long.MIN_VALUE;
    private long offset;
    /** The same of times of the wall. */
    private long localFrom = Long.MAX_VALUE;

    private long localTo = Long.MIN_VALUE;
    private long localOffset;

    private ZoneShift(ZoneId zone) {
        this.zone = zone;
        rules = zone.getRules();
    }

    static Object of(List<Expression> literals) {
        String name = Builtins.text(literals.getFirst(), "a time zone");
        try {
            return new ZoneShift(ZoneId.of(name));
        } catch (DateTimeException e) {
            throw UserError.request("'" + name + "' is no time zone; write one such as 'Europe/Berlin' or '+02:00'");
        }
    }

    public long toLocal(long micros) {
        long second = Math.floorDiv(micros, MICROS_PER_SECOND);
        if (second < from || second >= to) {
            Instant instant = Instant.ofEpochSecond(second);
            ZoneOffsetTransition next = rules.nextTransition(instant);
            // The one before an instant does not count a transition at it.
            ZoneOffsetTransition last = rules.previousTransition(instant.plusSeconds(1));
            from = last == null ? Long.MIN_VALUE : last.toEpochSecond();
            to = next == null ? Long.MAX_VALUE : next.toEpochSecond();
            offset = rules.getOffset(instant).getTotalSeconds() * MICROS_PER_SECOND;
        }
        return micros + offset;
    }

    public long fromLocal(long micros) {
        long second = Math.floorDiv(micros, MICROS_PER_SECOND);
        if (second >= localFrom && second < localTo) {
            return micros - localOffset;
        }
        LocalDateTime local = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        Instant instant = local.atZone(zone).toInstant();
        long shift = second - instant.getEpochSecond();
        if (rules.getTransition(local) == null) {
            ZoneOffsetTransition next = rules.nextTransition(instant);
            ZoneOffsetTransition last = rules.previousTransition(instant.plusSeconds(1));
            localFrom = last == null ? Long.MIN_VALUE : wall(last, true);
            localTo = next == null ? Long.MAX_VALUE : wall(next, false);
            localOffset = shift * MICROS_PER_SECOND;
        }
        return micros - shift * MICROS_PER_SECOND;
    }

    /** The later, or earlier, of the two times that the clock shows at a transition. */
    private static long wall(ZoneOffsetTransition transition, boolean later) {
        long before = transition.getDateTimeBefore().toEpochSecond(ZoneOffset.UTC);
        long after = transition.getDateTimeAfter().toEpochSecond(ZoneOffset.UTC);
        return later ? Math.max(before, after) : Math.min(before, after);
    }
}
