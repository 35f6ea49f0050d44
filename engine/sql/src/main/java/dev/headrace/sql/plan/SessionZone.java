package dev.headrace.sql.plan;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The time zone of {@code SET 'table.local-time-zone'}. A TIMESTAMP_LTZ is an instant, and everywhere where the clock on the
 * wall matters it is read in this zone: the functions that look at it are given {@code TO_LOCAL(instant, zone)}, a
 * TIMESTAMP, and instants are made of TIMESTAMPs by {@code FROM_LOCAL(timestamp, zone)}. So generated code knows no zone,
 * and the plan says which one counts.
 */
public record SessionZone(ZoneId id) {
    public static final SessionZone UTC = new SessionZone(ZoneOffset.UTC);

    private static final Set<String> COMPARISONS =
            Set.of("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "MINUS_DATE", "NULLIF");
    private static final Set<String> TEXTS = Set.of("||", "CONCAT", "CONCAT_WS");
    /** Functions that are there only in terms of others. */
    private static final Set<String> OWN =
            Set.of("CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "TO_TIMESTAMP_LTZ", "FROM_UNIXTIME", "UNIX_TIMESTAMP");

    private static final String PARSE = "PARSE_TIMESTAMP";
    private static final String NOW = "CURRENT_TIMESTAMP";
    private static final DataType INSTANT = DataType.timestampLtz(3).notNull();

    public static SessionZone of(String name) {
        try {
            return new SessionZone(ZoneId.of(name));
        } catch (DateTimeException e) {
            throw UserError.request("SET 'table.local-time-zone' = '" + name
                    + "': there is no such time zone; write one such as 'Europe/Berlin', '+02:00' or 'UTC'");
        }
    }

    boolean isUtc() {
        return id.getRules().isFixedOffset()
                && id.getRules().getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
    }

    /** How far the clock has been before UTC, in microseconds, each once, of all times since 1970 and of those known to come. */
    Set<Long> offsets() {
        ZoneRules rules = id.getRules();
        Set<Long> offsets = new TreeSet<>();
        offsets.add(micros(rules.getOffset(Instant.EPOCH)));
        rules.getTransitions().stream()
                .filter(t -> t.getInstant().isAfter(Instant.EPOCH))
                .forEach(t -> offsets.add(micros(t.getOffsetAfter())));
        rules.getTransitionRules().forEach(r -> offsets.add(micros(r.getOffsetAfter())));
        return offsets;
    }

    private static long micros(ZoneOffset offset) {
        return offset.getTotalSeconds() * 1_000_000L;
    }

    /** The call as it is to be made: what it means in this zone. */
    Expression call(String function, List<Expression> operands, DataType type) {
        if (function.equals("TO_TIMESTAMP") && operands.size() > 1) {
            return new Expression.Call(PARSE, operands, type);
        }
        if (isUtc() && !OWN.contains(function)) {
            return new Expression.Call(function, operands, type);
        }
        return switch (function) {
            case "CAST", "TRY_CAST" -> cast(function, operands.getFirst(), type);
            case "EXTRACT" ->
                operands.getFirst() instanceof Expression.Literal(Object unit, DataType _) && unit.equals("EPOCH")
                        ? new Expression.Call(function, operands, type)
                        : new Expression.Call(function, locals(operands), type);
            case "DATE_FORMAT" -> new Expression.Call(function, locals(operands), type);
            case "FLOOR", "CEIL" -> {
                boolean instant = isInstant(operands.getFirst());
                DataType local = instant ? local(type) : type;
                Expression rounded = new Expression.Call(function, locals(operands), local);
                yield instant ? fromLocal(rounded, type) : rounded;
            }
            case "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME" -> cast("CAST", now(), type);
            case "LOCALTIMESTAMP" -> toLocal(now());
            case "TO_TIMESTAMP_LTZ" -> instant(operands, type);
            case "FROM_UNIXTIME" -> {
                Expression instant = instant(
                        List.of(operands.getFirst(), number(0)),
                        INSTANT.withNullable(operands.getFirst().type().nullable()));
                Expression pattern = operands.size() > 1 ? operands.get(1) : text("yyyy-MM-dd HH:mm:ss");
                yield call("DATE_FORMAT", List.of(instant, pattern), type);
            }
            case "UNIX_TIMESTAMP" ->
                new Expression.Call(
                        "EXTRACT",
                        List.of(text("EPOCH"), operands.isEmpty() ? now() : parsed(operands, DataType.timestampLtz(3))),
                        type);
            default -> {
                if (TEXTS.contains(function)) {
                    yield new Expression.Call(function, locals(operands), type);
                }
                boolean mixed = COMPARISONS.contains(function)
                        && operands.stream().anyMatch(SessionZone::isInstant)
                        && !operands.stream().allMatch(SessionZone::isInstant);
                yield new Expression.Call(
                        function, mixed ? operands.stream().map(this::instant).toList() : operands, type);
            }
        };
    }

    private Expression cast(String function, Expression operand, DataType type) {
        boolean toInstant = type.kind() == Kind.TIMESTAMP_LTZ;
        if (isInstant(operand) && !toInstant) {
            Expression local = toLocal(operand);
            return local.type().withNullable(true).equals(type.withNullable(true))
                    ? local
                    : new Expression.Call(function, List.of(local), type);
        }
        boolean wall = switch (operand.type().kind()) {
            case TIMESTAMP, DATE, CHAR, VARCHAR -> true;
            default -> false;
        };
        if (toInstant && wall) {
            return fromLocal(new Expression.Call(function, List.of(operand), local(type)), type);
        }
        return new Expression.Call(function, List.of(operand), type);
    }

    /** TO_TIMESTAMP_LTZ of a text, or of a number of seconds (precision 0) or milliseconds (3, or none given). */
    private Expression instant(List<Expression> operands, DataType type) {
        Expression first = operands.getFirst();
        if (first.type().isText()) {
            return parsed(operands, type.withNullable(true));
        }
        long precision = 3;
        if (operands.size() > 1) {
            if (!(operands.get(1) instanceof Expression.Literal(Long digits, DataType _))
                    || digits != 0 && digits != 3) {
                throw Unsupported.because(
                        "TO_TIMESTAMP_LTZ takes a number of seconds, precision 0, or of milliseconds, precision 3",
                        "TO_TIMESTAMP_LTZ");
            }
            precision = digits;
        }
        boolean nullable = first.type().nullable();
        Expression count = first.type().kind() == Kind.BIGINT
                ? first
                : new Expression.Call("CAST", List.of(first), DataType.BIGINT.withNullable(nullable));
        Expression micros = new Expression.Call(
                "*", List.of(count, number(precision == 0 ? 1_000_000 : 1000)), DataType.BIGINT.withNullable(nullable));
        return new Expression.Call("CAST", List.of(micros), type);
    }

    private Expression parsed(List<Expression> operands, DataType type) {
        return fromLocal(call("TO_TIMESTAMP", operands, DataType.timestamp(3)), type);
    }

    private Expression instant(Expression operand) {
        return isInstant(operand)
                ? operand
                : call(
                        "CAST",
                        List.of(operand),
                        DataType.timestampLtz(6).withNullable(operand.type().nullable()));
    }

    private static Expression now() {
        return new Expression.Call(NOW, List.of(), INSTANT);
    }

    private static Expression number(long value) {
        return new Expression.Literal(value, DataType.BIGINT.notNull());
    }

    private static Expression text(String value) {
        return new Expression.Literal(value, DataType.STRING.notNull());
    }

    private static boolean isInstant(Expression expression) {
        return expression.type().kind() == Kind.TIMESTAMP_LTZ;
    }

    private static DataType local(DataType type) {
        return DataType.timestamp(type.precision()).withNullable(type.nullable());
    }

    private List<Expression> locals(List<Expression> operands) {
        return operands.stream().map(o -> isInstant(o) ? toLocal(o) : o).toList();
    }

    private Expression toLocal(Expression instant) {
        return isUtc()
                ? new Expression.Call("CAST", List.of(instant), local(instant.type()))
                : new Expression.Call("TO_LOCAL", List.of(instant, text(id.getId())), local(instant.type()));
    }

    private Expression fromLocal(Expression local, DataType type) {
        return isUtc()
                ? new Expression.Call("CAST", List.of(local), type)
                : new Expression.Call("FROM_LOCAL", List.of(local, text(id.getId())), type);
    }
}
