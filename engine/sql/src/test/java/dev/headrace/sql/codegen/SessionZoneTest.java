package dev.headrace.sql.codegen;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headrace.api.error.UserError;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * TIMESTAMP_LTZ in the session's time zone. In Berlin the clock went from 02:00 to 03:00 on 2024-03-31 (at 01:00Z), and
 * from 03:00 to 02:00 on 2024-10-27 (at 01:00Z).
 */
final class SessionZoneTest {
    private static final String BERLIN = "SET 'table.local-time-zone' = 'Europe/Berlin'; ";

    private final List<Executable> cases = new ArrayList<>();

    private static SqlValues values(String settings, String instant, String wall) {
        long micros = UserValues.from(Instant.parse(instant));
        return new SqlValues(settings)
                .with("l", "TIMESTAMP_LTZ(3)", micros)
                .with("i", "BIGINT", micros / 1000)
                .with("n", "INT", micros / 1_000_000)
                .with("missing", "TIMESTAMP_LTZ(3)", null)
                .with("t", "TIMESTAMP(3)", Evaluation.micros(wall))
                .with("s", "STRING", wall)
                .with("d", "DATE", Evaluation.micros(wall) / 86_400_000_000L);
    }

    /** {@code l} is the instant, {@code t} and {@code s} are the wall's time. */
    private void gives(String expected, String expression, String instant, String wall) {
        cases.add(() -> assertEquals(
                expected, values(BERLIN, instant, wall).of(expression).toString(), expression));
    }

    private void ofInstant(String expected, String expression, String instant) {
        gives(expected, expression, instant, "2024-01-01 00:00:00");
    }

    private void ofWall(String expected, String expression, String wall) {
        gives(expected, expression, "2024-01-01T00:00:00Z", wall);
    }

    @Test
    void instantsAreShownInTheZone() {
        ofInstant("2024-03-31T01:59:59.999 TIMESTAMP(3)", "CAST(l AS TIMESTAMP(3))", "2024-03-31T00:59:59.999Z");
        ofInstant("2024-03-31T03:00 TIMESTAMP(3)", "CAST(l AS TIMESTAMP(3))", "2024-03-31T01:00:00Z");
        ofInstant("2024-10-27T02:59:59 TIMESTAMP(0)", "CAST(l AS TIMESTAMP(0))", "2024-10-27T00:59:59.999Z");
        ofInstant("2024-10-27T02:00 TIMESTAMP(3)", "CAST(l AS TIMESTAMP(3))", "2024-10-27T01:00:00Z");
        ofInstant("2024-03-31 03:00:00.000 STRING", "CAST(l AS STRING)", "2024-03-31T01:00:00Z");
        ofInstant("2024-04-01 DATE", "CAST(l AS DATE)", "2024-03-31T22:00:00Z");
        ofInstant("2024-03-30 DATE", "CAST(l AS DATE)", "2024-03-30T22:59:59Z");
        ofInstant("03:00 TIME(0)", "CAST(l AS TIME)", "2024-03-31T01:00:00Z");
        ofInstant("null TIMESTAMP(3)", "CAST(missing AS TIMESTAMP(3))", "2024-03-31T01:00:00Z");
        ofInstant("2024-03-31 03:00 STRING", "DATE_FORMAT(l, 'yyyy-MM-dd HH:mm')", "2024-03-31T01:00:00Z");
        ofInstant("at 2024-03-31 03:00:00.000 STRING", "CONCAT('at ', l)", "2024-03-31T01:00:00Z");
        ofInstant("1969-12-31 STRING", "DATE_FORMAT(l, 'yyyy-MM-dd')", "1969-12-31T22:59:59Z");
        assertAll(cases);
    }

    @Test
    void partsAndUnitsAreOfTheZone() {
        ofInstant("3 BIGINT", "EXTRACT(HOUR FROM l)", "2024-03-31T01:00:00Z");
        ofInstant("2 BIGINT", "EXTRACT(HOUR FROM l)", "2024-10-27T01:00:00Z");
        ofInstant("1 BIGINT", "DAYOFMONTH(l)", "2024-03-31T22:00:00Z");
        ofInstant("2025 BIGINT", "YEAR(l)", "2024-12-31T23:00:00Z");
        ofInstant("1711846800 BIGINT", "EXTRACT(EPOCH FROM l)", "2024-03-31T01:00:00Z");
        ofInstant("2024-03-30T23:00:00Z TIMESTAMP_LTZ(3)", "FLOOR(l TO DAY)", "2024-03-31T12:00:00Z");
        ofInstant("2024-03-31T22:00:00Z TIMESTAMP_LTZ(3)", "CEIL(l TO DAY)", "2024-03-31T12:00:00Z");
        ofInstant("2024-02-29T23:00:00Z TIMESTAMP_LTZ(3)", "FLOOR(l TO MONTH)", "2024-03-31T12:00:00Z");
        ofInstant("2024-10-26T22:00:00Z TIMESTAMP_LTZ(3)", "FLOOR(l TO DAY)", "2024-10-27T12:00:00Z");
        ofInstant("2024-03-31T01:00:00Z TIMESTAMP_LTZ(3)", "FLOOR(l TO HOUR)", "2024-03-31T01:59:00Z");
        assertAll(cases);
    }

    @Test
    void timesOfTheWallBecomeInstants() {
        ofWall("2024-03-31T00:59:59Z TIMESTAMP_LTZ(3)", "CAST(t AS TIMESTAMP_LTZ(3))", "2024-03-31 01:59:59");
        // The clock leaves this time out.
        ofWall("2024-03-31T01:30:00Z TIMESTAMP_LTZ(3)", "CAST(t AS TIMESTAMP_LTZ(3))", "2024-03-31 02:30:00");
        ofWall("2024-03-31T01:30:00Z TIMESTAMP_LTZ(3)", "CAST(t AS TIMESTAMP_LTZ(3))", "2024-03-31 03:30:00");
        // The clock shows this time twice.
        ofWall("2024-10-27T00:30:00Z TIMESTAMP_LTZ(3)", "CAST(t AS TIMESTAMP_LTZ(3))", "2024-10-27 02:30:00");
        ofWall("2024-10-27T02:00:00Z TIMESTAMP_LTZ(3)", "CAST(t AS TIMESTAMP_LTZ(3))", "2024-10-27 03:00:00");
        ofWall("2024-10-27T00:30:00Z TIMESTAMP_LTZ(3)", "CAST(s AS TIMESTAMP_LTZ(3))", "2024-10-27 02:30:00");
        ofWall("2024-03-30T23:00:00Z TIMESTAMP_LTZ(3)", "CAST(d AS TIMESTAMP_LTZ(3))", "2024-03-31 02:30:00");
        ofWall("2024-03-31T00:59:59Z TIMESTAMP_LTZ(3)", "TO_TIMESTAMP_LTZ(s)", "2024-03-31 01:59:59");
        ofWall(
                "2024-03-31T00:59:59Z TIMESTAMP_LTZ(3)",
                "TO_TIMESTAMP_LTZ(REPLACE(s, ' ', 'x'), 'yyyy-MM-dd''x''HH:mm:ss')",
                "2024-03-31 01:59:59");
        ofWall("1711846799 BIGINT", "UNIX_TIMESTAMP(s)", "2024-03-31 01:59:59");
        ofWall("null TIMESTAMP_LTZ(3)", "TO_TIMESTAMP_LTZ('yesterday')", "2024-03-31 01:59:59");
        assertAll(cases);
    }

    @Test
    void countsSinceTheEpochBecomeInstants() {
        ofInstant("2024-03-31T01:00:00.123Z TIMESTAMP_LTZ(3)", "TO_TIMESTAMP_LTZ(i, 3)", "2024-03-31T01:00:00.123Z");
        ofInstant("2024-03-31T01:00:00.123Z TIMESTAMP_LTZ(3)", "TO_TIMESTAMP_LTZ(i)", "2024-03-31T01:00:00.123Z");
        ofInstant("2024-03-31T01:00:00Z TIMESTAMP_LTZ(3)", "TO_TIMESTAMP_LTZ(n, 0)", "2024-03-31T01:00:00.123Z");
        ofInstant("2024-03-31 03:00:00 STRING", "FROM_UNIXTIME(n)", "2024-03-31T01:00:00Z");
        ofInstant("03:00 STRING", "FROM_UNIXTIME(n, 'HH:mm')", "2024-03-31T01:00:00Z");
        ofInstant(
                "2024-03-31T01:00 TIMESTAMP(3)", "TO_TIMESTAMP('310324 0100', 'ddMMyy HHmm')", "2024-03-31T01:00:00Z");
        ofInstant("2024-03-31T00:00 TIMESTAMP(3)", "TO_TIMESTAMP('310324', 'ddMMyy')", "2024-03-31T01:00:00Z");
        assertAll(cases);
    }

    @Test
    void instantsAndTimesOfTheWallCompareAsInstants() {
        gives("true BOOLEAN", "l = t", "2024-03-31T01:00:00Z", "2024-03-31 03:00:00");
        gives("true BOOLEAN", "l < t", "2024-03-31T00:59:59Z", "2024-03-31 03:00:00");
        gives("false BOOLEAN", "t <> l", "2024-03-31T01:00:00Z", "2024-03-31 03:00:00");
        gives("true BOOLEAN", "l >= TIMESTAMP '2024-03-31 03:00:00'", "2024-03-31T01:00:00Z", "2024-03-31 03:00:00");
        assertAll(cases);
    }

    /** The clock of the tests stands at 2024-02-29T12:34:56.789Z. */
    @Test
    void theClockIsReadInTheZone() {
        ofInstant("2024-02-29T13:34:56.789 TIMESTAMP(3) NOT NULL", "LOCALTIMESTAMP", "2024-03-31T01:00:00Z");
        ofInstant("2024-02-29T12:34:56.789Z TIMESTAMP_LTZ(3) NOT NULL", "CURRENT_TIMESTAMP", "2024-03-31T01:00:00Z");
        ofInstant("2024-02-29 DATE NOT NULL", "CURRENT_DATE", "2024-03-31T01:00:00Z");
        ofInstant("13 BIGINT NOT NULL", "EXTRACT(HOUR FROM CURRENT_TIMESTAMP)", "2024-03-31T01:00:00Z");
        ofInstant("1709210096 BIGINT NOT NULL", "UNIX_TIMESTAMP()", "2024-03-31T01:00:00Z");
        cases.add(() -> assertEquals(
                "2024-03-01 DATE NOT NULL",
                values("SET 'table.local-time-zone' = '+14:00'; ", "2024-03-31T01:00:00Z", "2024-03-31 03:00:00")
                        .of("CURRENT_DATE")
                        .toString()));
        assertAll(cases);
    }

    @Test
    void withoutASettingTheZoneIsUtc() {
        SqlValues values = values("", "2024-03-31T01:00:00Z", "2024-03-31 03:00:00");
        assertEquals(
                "2024-03-31T01:00 TIMESTAMP(3)",
                values.of("CAST(l AS TIMESTAMP(3))").toString());
        assertEquals(
                "2024-03-31T03:00:00Z TIMESTAMP_LTZ(3)",
                values.of("CAST(t AS TIMESTAMP_LTZ(3))").toString());
        assertEquals("2024-03-31 01:00:00 STRING", values.of("FROM_UNIXTIME(n)").toString());
        assertEquals(
                "2024-03-31T03:00:00Z TIMESTAMP_LTZ(3)",
                values.of("TO_TIMESTAMP_LTZ(s)").toString());
        assertEquals("2024-02-29 DATE NOT NULL", values.of("CURRENT_DATE").toString());
    }

    @Test
    void aZoneThatIsNotThereIsRefused() {
        UserError error = assertThrows(
                UserError.class,
                () -> values("SET 'table.local-time-zone' = 'Mars'; ", "2024-03-31T01:00:00Z", "2024-03-31 03:00:00")
                        .of("l"));
        assertEquals(
                "1:1: SET 'table.local-time-zone' = 'Mars': there is no such time zone; write one such as"
                        + " 'Europe/Berlin', '+02:00' or 'UTC'",
                error.getMessage());
    }

    @Test
    void shiftsAreThoseOfJavaInAnyOrderOfTimes() {
        long seed = Long.getLong("headrace.seed", System.nanoTime());
        Random random = new Random(seed);
        for (String name :
                List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "+05:30")) {
            ZoneId zone = ZoneId.of(name);
            ZoneShift shift = (ZoneShift) ZoneShift.of(List.of(Evaluation.text(name)));
            Instant change = Instant.parse("2024-03-31T01:00:00Z");
            for (int i = 0; i < 20_000; i++) {
                Instant instant = random.nextInt(4) > 0
                        ? change.plusSeconds(random.nextInt(-7200, 7200))
                        : Instant.ofEpochSecond(random.nextLong(-5_000_000_000L, 5_000_000_000L), 123_456_000);
                change = random.nextInt(50) > 0 || zone.getRules().nextTransition(instant) == null
                        ? change
                        : zone.getRules().nextTransition(instant).getInstant();
                LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
                long micros = UserValues.from(instant);
                assertEquals(
                        UserValues.from(local),
                        shift.toLocal(micros),
                        () -> "seed " + seed + " " + name + " " + instant);
                LocalDateTime wall = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
                assertEquals(
                        UserValues.from(wall.atZone(zone).toInstant()),
                        shift.fromLocal(micros),
                        () -> "seed " + seed + " " + name + " " + wall);
            }
        }
    }
}
