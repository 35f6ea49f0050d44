package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.DATE;
import static dev.headrace.sql.codegen.Evaluation.DOUBLE;
import static dev.headrace.sql.codegen.Evaluation.INT;
import static dev.headrace.sql.codegen.Evaluation.MICROS;
import static dev.headrace.sql.codegen.Evaluation.MONTHS;
import static dev.headrace.sql.codegen.Evaluation.TEXT;
import static dev.headrace.sql.codegen.Evaluation.TIMESTAMP;
import static dev.headrace.sql.codegen.Evaluation.TRUTH;
import static dev.headrace.sql.codegen.Evaluation.decimal;
import static dev.headrace.sql.codegen.Evaluation.micros;
import static dev.headrace.sql.codegen.Evaluation.number;
import static dev.headrace.sql.codegen.Evaluation.text;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headrace.api.type.DataType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What functions of text, numbers and times give, a line a case. */
final class FunctionTablesTest {
    private static final List<DataType> ONE_TEXT = List.of(TEXT, TEXT);
    private static final List<DataType> TWO_TEXTS = List.of(TEXT, TEXT, TEXT);
    private static final List<DataType> THREE_TEXTS = List.of(TEXT, TEXT, TEXT, TEXT);

    private final List<Executable> cases = new ArrayList<>();

    private void gives(Object expected, String function, List<DataType> types, Object... arguments) {
        cases.add(() -> assertEquals(
                expected,
                Evaluation.value(function, types, arguments),
                () -> function + Arrays.toString(arguments) + " " + types));
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }

    private static long day(String date) {
        return LocalDate.parse(date).toEpochDay();
    }

    @Test
    void caseAndLength() {
        gives("ÄB1", "UPPER", ONE_TEXT, "äb1");
        gives("ab-z", "LOWER", ONE_TEXT, "AB-Z");
        gives("", "UPPER", ONE_TEXT, "");
        gives(null, "UPPER", ONE_TEXT, (Object) null);
        gives(3L, "CHAR_LENGTH", List.of(TEXT, INT), "aé\uD83D\uDE00");
        gives(0L, "CHAR_LENGTH", List.of(TEXT, INT), "");
        gives("cba", "REVERSE", ONE_TEXT, "abc");
        assertAll(cases);
    }

    @Test
    void parts() {
        List<DataType> from = List.of(TEXT, INT, TEXT);
        List<DataType> fromCount = List.of(TEXT, INT, INT, TEXT);
        gives("llo", "SUBSTRING", from, "hello", 3L);
        gives("lo", "SUBSTRING", from, "hello", -2L);
        gives("ell", "SUBSTRING", fromCount, "hello", 2L, 3L);
        gives("", "SUBSTRING", fromCount, "hello", 9L, 3L);
        gives("éx", "SUBSTRING", fromCount, "aéxy", 2L, 2L);
        gives("he", "LEFT", from, "hello", 2L);
        gives("hello", "LEFT", from, "hello", 9L);
        gives("lo", "RIGHT", from, "hello", 2L);
        gives("", "RIGHT", from, "hello", 0L);
        gives(null, "SUBSTRING", from, "hello", null);
        List<DataType> split = List.of(TEXT, TEXT, INT, TEXT);
        gives("a", "SPLIT_INDEX", split, "a/b//c", "/", 0L);
        gives("", "SPLIT_INDEX", split, "a/b//c", "/", 2L);
        gives("c", "SPLIT_INDEX", split, "a/b//c", text("/"), number(3));
        gives(null, "SPLIT_INDEX", split, "a/b//c", "/", 4L);
        gives(null, "SPLIT_INDEX", split, "a/b//c", "/", -1L);
        gives("c", "SPLIT_INDEX", split, "a--b--c", "--", 2L);
        gives("auction", "SPLIT_INDEX", split, "https://www.nexmark.com/auction/x", "/", 3L);
        gives("b", "TRIM", THREE_TEXTS, text("BOTH"), text(" "), "  b ");
        gives("b ", "TRIM", THREE_TEXTS, text("LEADING"), text(" "), "  b ");
        gives("  b", "TRIM", THREE_TEXTS, text("TRAILING"), text(" "), "  b ");
        gives("", "TRIM", THREE_TEXTS, text("BOTH"), text("x"), "xxx");
        assertAll(cases);
    }

    @Test
    void joinsAndReplacements() {
        gives("ab", "||", TWO_TEXTS, "a", "b");
        gives(null, "||", TWO_TEXTS, "a", null);
        gives("ab", "CONCAT", TWO_TEXTS, "a", "b");
        gives("abc", "CONCAT", THREE_TEXTS, "a", "b", "c");
        gives("b-c", "CONCAT_WS", THREE_TEXTS, "-", "b", "c");
        gives(null, "CONCAT_WS", THREE_TEXTS, null, "b", "c");
        gives("xbxb", "REPLACE", THREE_TEXTS, "abab", "a", "x");
        gives("bb", "REPLACE", THREE_TEXTS, "abab", "a", "");
        gives(3L, "POSITION", List.of(TEXT, TEXT, INT), "l", "hello");
        gives(0L, "POSITION", List.of(TEXT, TEXT, INT), "z", "hello");
        gives(2L, "POSITION", List.of(TEXT, TEXT, INT), "x", "éx");
        List<DataType> pad = List.of(TEXT, INT, TEXT, TEXT);
        gives("xyxab", "LPAD", pad, "ab", 5L, "xy");
        gives("abxyx", "RPAD", pad, "ab", 5L, "xy");
        gives("a", "LPAD", pad, "ab", 1L, "x");
        gives(true, "STARTSWITH", List.of(TEXT, TEXT, TRUTH), "hello", "he");
        gives(false, "STARTSWITH", List.of(TEXT, TEXT, TRUTH), "he", "hello");
        gives(true, "ENDSWITH", List.of(TEXT, TEXT, TRUTH), "hello", "lo");
        assertAll(cases);
    }

    @Test
    void patterns() {
        List<DataType> like = List.of(TEXT, TEXT, TRUTH);
        gives(true, "LIKE", like, "hello", text("h%o"));
        gives(true, "LIKE", like, "hello", text("%ell%"));
        gives(true, "LIKE", like, "hello", text("hel__"));
        gives(false, "LIKE", like, "hello", text("hel_"));
        gives(true, "LIKE", like, "a.b", text("a.b"));
        gives(false, "LIKE", like, "axb", text("a.b"));
        gives(true, "LIKE", like, "é\nx", text("_%x"));
        gives(true, "LIKE", like, "", text("%"));
        gives(null, "LIKE", like, null, text("%"));
        gives(true, "LIKE", List.of(TEXT, TEXT, TEXT, TRUTH), "a%", text("a!%"), text("!"));
        gives(false, "LIKE", List.of(TEXT, TEXT, TEXT, TRUTH), "ab", text("a!%"), text("!"));
        List<DataType> extract = List.of(TEXT, TEXT, INT, TEXT);
        gives("42", "REGEXP_EXTRACT", extract, "x?channel_id=42&y", text("(&|^|\\?)channel_id=([0-9]+)"), number(2));
        gives("42", "REGEXP_EXTRACT", extract, "channel_id=42", text("(&|^|\\?)channel_id=([0-9]+)"), number(2));
        gives(null, "REGEXP_EXTRACT", extract, "x?channel=42&y", text("(&|^)channel_id=([^&]*)"), number(2));
        gives("b", "REGEXP_EXTRACT", extract, "é=b", text("é=(.)"), number(1));
        gives("é", "REGEXP_EXTRACT", extract, "aéb", text("a(.)b"), number(1));
        gives("a[b]", "REGEXP_EXTRACT", extract, "xa[b]", text("a[\\[]b\\]"), number(0));
        gives("ab", "REGEXP_EXTRACT", extract, "ab", text("[(]?ab|x"), number(0));
        gives("x", "REGEXP_EXTRACT", extract, "x", text("[)]?ab|x"), number(0));
        gives("aXc", "REGEXP_REPLACE", THREE_TEXTS, "abbc", text("b+"), text("X"));
        gives("abc", "REGEXP_REPLACE", THREE_TEXTS, "abc", text("z"), text("X"));
        assertAll(cases);
    }

    @Test
    void numbers() {
        gives(5L, "ABS", List.of(BIG, BIG), -5L);
        gives(2.5, "ABS", List.of(DOUBLE, DOUBLE), -2.5);
        gives(dec("1.25"), "ABS", List.of(decimal(5, 2), decimal(5, 2)), dec("-1.25"));
        gives(-3.0, "FLOOR", List.of(DOUBLE, DOUBLE), -2.5);
        gives(-2.0, "CEIL", List.of(DOUBLE, DOUBLE), -2.5);
        gives(7L, "FLOOR", List.of(BIG, BIG), 7L);
        gives(3.0, "ROUND", List.of(DOUBLE, DOUBLE), 2.5);
        gives(2.35, "ROUND", List.of(DOUBLE, INT, DOUBLE), 2.345, 2L);
        gives(1200L, "ROUND", List.of(BIG, INT, BIG), 1234L, number(-2));
        gives(8.0, "POWER", List.of(DOUBLE, DOUBLE, DOUBLE), 2.0, 3.0);
        gives(1.5, "SQRT", List.of(DOUBLE, DOUBLE), 2.25);
        gives(null, "SQRT", List.of(DOUBLE, DOUBLE), (Object) null);
        assertAll(cases);
    }

    @Test
    void fieldsOfTimes() {
        long time = micros("2024-02-29 13:45:59.123");
        extracts(2024, "YEAR", time);
        extracts(1, "QUARTER", time);
        extracts(2, "MONTH", time);
        extracts(9, "WEEK", time);
        extracts(29, "DAY", time);
        extracts(60, "DOY", time);
        extracts(5, "DOW", time);
        extracts(13, "HOUR", time);
        extracts(45, "MINUTE", time);
        extracts(59, "SECOND", time);
        extracts(23, "HOUR", micros("1969-12-31 23:00:00"));
        extracts(1969, "YEAR", micros("1969-12-31 23:00:00"));
        List<DataType> ofDate = List.of(TEXT, DATE, BIG);
        gives(2024L, "EXTRACT", ofDate, text("YEAR"), day("2024-02-29"));
        gives(29L, "EXTRACT", ofDate, text("DAY"), day("2024-02-29"));
        gives(null, "EXTRACT", ofDate, text("DAY"), null);
        assertAll(cases);
    }

    private void extracts(long expected, String unit, long time) {
        gives(expected, "EXTRACT", List.of(TEXT, TIMESTAMP, BIG), text(unit), time);
    }

    @Test
    void textOfTimes() {
        List<DataType> types = List.of(TIMESTAMP, TEXT, TEXT);
        long time = micros("2024-02-29 13:45:59.123");
        gives("2024-02-29", "DATE_FORMAT", types, time, text("yyyy-MM-dd"));
        gives("13:45", "DATE_FORMAT", types, time, text("HH:mm"));
        gives("2024-02-29 13:45:59.123", "DATE_FORMAT", types, time, text("yyyy-MM-dd HH:mm:ss.SSS"));
        gives("1969-12-31", "DATE_FORMAT", types, -1L, text("yyyy-MM-dd"));
        gives(null, "DATE_FORMAT", types, null, text("yyyy"));
        List<DataType> parse = List.of(TEXT, TIMESTAMP);
        gives(micros("2024-02-29 13:45:59"), "TO_TIMESTAMP", parse, "2024-02-29 13:45:59");
        gives(micros("2024-02-29 13:45:59.120"), "TO_TIMESTAMP", parse, "2024-02-29 13:45:59.12");
        gives(micros("2024-02-29 00:00:00"), "TO_TIMESTAMP", parse, "2024-02-29");
        gives(null, "TO_TIMESTAMP", parse, "yesterday");
        assertAll(cases);
    }

    @Test
    void arithmeticOfTimes() {
        long time = micros("2024-01-31 23:59:59.5");
        List<DataType> plus = List.of(TIMESTAMP, MICROS, TIMESTAMP);
        for (String name : List.of("DATETIME_PLUS", "+")) {
            gives(micros("2024-02-01 00:00:09.5"), name, plus, time, 10_000_000L);
            gives(micros("2024-02-29 23:59:59.5"), name, List.of(TIMESTAMP, MONTHS, TIMESTAMP), time, 1L);
            gives(day("2024-02-29"), name, List.of(DATE, MONTHS, DATE), day("2024-01-31"), 1L);
            gives(day("2024-02-03"), name, List.of(DATE, MICROS, DATE), day("2024-01-31"), 3 * 86_400_000_000L);
        }
        gives(micros("2024-01-31 23:59:49.5"), "-", plus, time, 10_000_000L);
        gives(micros("2023-12-31 23:59:59.5"), "-", List.of(TIMESTAMP, MONTHS, TIMESTAMP), time, 1L);
        gives(10_000_000L, "MINUS_DATE", List.of(TIMESTAMP, TIMESTAMP, MICROS), time + 10_000_000, time);
        gives(null, "MINUS_DATE", List.of(TIMESTAMP, TIMESTAMP, MICROS), time, null);
        List<DataType> toUnit = List.of(TIMESTAMP, TEXT, TIMESTAMP);
        gives(micros("2024-01-31 23:00:00"), "FLOOR", toUnit, time, text("HOUR"));
        gives(micros("2024-02-01 00:00:00"), "CEIL", toUnit, time, text("MINUTE"));
        gives(micros("2024-01-31 00:00:00"), "FLOOR", toUnit, time, text("DAY"));
        gives(micros("2024-01-01 00:00:00"), "FLOOR", toUnit, time, text("MONTH"));
        gives(micros("2024-01-01 00:00:00"), "FLOOR", toUnit, time, text("YEAR"));
        gives(micros("1969-12-31 23:00:00"), "FLOOR", toUnit, -1L, text("HOUR"));
        assertAll(cases);
    }

    @Test
    void clock() {
        long now = Evaluation.NOW.toEpochMilli() * 1000;
        for (String name : List.of("PROCTIME", "CURRENT_TIMESTAMP", "NOW", "LOCALTIMESTAMP")) {
            cases.add(() -> assertEquals(
                    List.of(now, now),
                    Evaluation.evaluate(
                            Evaluation.call(name, TIMESTAMP),
                            List.of(BIG),
                            List.of(new Object[] {1L}, new Object[] {null}))));
        }
        assertAll(cases);
    }
}
