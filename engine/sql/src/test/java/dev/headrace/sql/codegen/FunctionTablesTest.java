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
        List<DataType> fourTexts = List.of(TEXT, TEXT, TEXT, TEXT, TEXT);
        gives("abcd", "CONCAT", fourTexts, "a", "b", "c", "d");
        gives(null, "CONCAT", fourTexts, "a", "b", null, "d");
        gives("a", "CONCAT", ONE_TEXT, "a");
        gives("7é1.50", "CONCAT", List.of(BIG, TEXT, decimal(5, 2), TEXT), 7L, "é", dec("1.5"));
        gives("b-c-d", "CONCAT_WS", fourTexts, "-", "b", "c", "d");
        gives("c", "CONCAT_WS", THREE_TEXTS, "-", null, "c");
        gives("b-d", "CONCAT_WS", fourTexts, "-", "b", null, "d");
        gives("-d", "CONCAT_WS", fourTexts, "-", "", null, "d");
        gives("", "CONCAT_WS", THREE_TEXTS, "-", null, null);
        gives(null, "CONCAT_WS", THREE_TEXTS, null, null, null);
        gives("xbxb", "REPLACE", THREE_TEXTS, "abab", "a", "x");
        gives("bb", "REPLACE", THREE_TEXTS, "abab", "a", "");
        gives(3L, "POSITION", List.of(TEXT, TEXT, INT), "l", "hello");
        gives(0L, "POSITION", List.of(TEXT, TEXT, INT), "z", "hello");
        gives(2L, "POSITION", List.of(TEXT, TEXT, INT), "x", "éx");
        List<DataType> pad = List.of(TEXT, INT, TEXT, TEXT);
        gives("xyxab", "LPAD", pad, "ab", 5L, "xy");
        gives("abxyx", "RPAD", pad, "ab", 5L, "xy");
        gives("a", "LPAD", pad, "ab", 1L, "x");
        gives("é", "RPAD", pad, "éb", 1L, "x");
        gives("", "LPAD", pad, "ab", 0L, "x");
        gives(null, "LPAD", pad, "ab", -1L, "x");
        gives(null, "RPAD", pad, "ab", -1L, "x");
        gives(null, "RPAD", pad, "ab", 5L, "");
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
        gives("Ab", "REGEXP_EXTRACT", extract, "Ab", text("(?i)ab"), number(0));
        gives("cAb", "REGEXP_EXTRACT", extract, "cAb", text("c?(?i:ab)"), number(0));
        gives("AB", "REGEXP_EXTRACT", extract, "AB", text("((?i)ab)"), number(0));
        gives("ab", "REGEXP_EXTRACT", extract, "ab", text("(?x) a b"), number(0));
        gives("aab", "REGEXP_EXTRACT", extract, "aab", text("a{2}b"), number(0));
        gives("Ab", "REGEXP_EXTRACT", extract, "Ab", text("\\p{Lu}b"), number(0));
        gives("A1", "REGEXP_EXTRACT", extract, "A1", text("\\x411"), number(0));
        gives("bb", "REGEXP_EXTRACT", extract, "bb", text("(b)\\1"), number(0));
        gives("a.b", "REGEXP_EXTRACT", extract, "xa.b", text("\\Qa.b\\E"), number(0));
        gives("c", "REGEXP_EXTRACT", extract, "c", text("[)](ab)?c|c"), number(0));
        gives(")c", "REGEXP_EXTRACT", extract, ")c", text("[)](ab)?c"), number(0));
        gives("]c", "REGEXP_EXTRACT", extract, "]c", text("[]ab](x)?c"), number(0));
        gives("abbc", "REGEXP_EXTRACT", extract, "abbc", text("ab+c"), number(0));
        gives("ac", "REGEXP_EXTRACT", extract, "ac", text("a\uD83D\uDE00?c"), number(0));
        gives("a.c", "REGEXP_EXTRACT", extract, "abc a.c", text("a\\.c"), number(0));
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
        gives(8.0, "POWER", List.of(DOUBLE, DOUBLE, DOUBLE), 2.0, 3.0);
        gives(8.0, "POWER", List.of(BIG, INT, DOUBLE), 2L, 3L);
        gives(1.5, "SQRT", List.of(DOUBLE, DOUBLE), 2.25);
        gives(3.0, "SQRT", List.of(BIG, DOUBLE), 9L);
        gives(1.5, "SQRT", List.of(decimal(5, 2), DOUBLE), dec("2.25"));
        gives(1.5, "SQRT", List.of(decimal(25, 2), DOUBLE), dec("2.25"));
        gives(dec("1.25"), "ABS", List.of(decimal(25, 2), decimal(25, 2)), dec("-1.25"));
        gives(
                dec("12345678901234567890.25"),
                "ABS",
                List.of(decimal(25, 2), decimal(25, 2)),
                dec("-12345678901234567890.25"));
        gives(dec("-1.00"), "SIGN", List.of(decimal(5, 2), decimal(5, 2)), dec("-1.25"));
        gives(dec("1.00"), "SIGN", List.of(decimal(25, 2), decimal(25, 2)), dec("1.25"));
        gives(dec("0.00"), "SIGN", List.of(decimal(25, 2), decimal(25, 2)), dec("0"));
        gives(null, "SQRT", List.of(DOUBLE, DOUBLE), (Object) null);
        assertAll(cases);
    }

    @Test
    void roundingOfNumbers() {
        List<DataType> ofDouble = List.of(DOUBLE, INT, DOUBLE);
        List<DataType> ofFloat = List.of(DataType.FLOAT, INT, DataType.FLOAT);
        gives(3.0, "ROUND", List.of(DOUBLE, DOUBLE), 2.5);
        gives(-3.0, "ROUND", List.of(DOUBLE, DOUBLE), -2.5);
        gives(2.35, "ROUND", ofDouble, 2.345, 2L);
        gives(1.01, "ROUND", ofDouble, 1.005, 2L);
        gives(1200.0, "ROUND", ofDouble, 1234.5, -2L);
        gives(0.0, "ROUND", ofDouble, 1234.5, -400L);
        gives(1234.5, "ROUND", ofDouble, 1234.5, 4_000_000_000L);
        gives(Double.POSITIVE_INFINITY, "ROUND", ofDouble, Double.POSITIVE_INFINITY, 2L);
        gives(null, "ROUND", ofDouble, 1.5, null);
        gives((double) 2.3f, "ROUND", ofFloat, (double) 2.31f, 1L);
        gives(2.34, "TRUNCATE", ofDouble, 2.349, 2L);
        gives(-2.0, "TRUNCATE", List.of(DOUBLE, DOUBLE), -2.9);
        List<DataType> ofWhole = List.of(BIG, INT, BIG);
        gives(1200L, "ROUND", ofWhole, 1234L, number(-2));
        gives(1300L, "ROUND", ofWhole, 1250L, -2L);
        gives(-1300L, "ROUND", ofWhole, -1250L, -2L);
        gives(1250L, "ROUND", ofWhole, 1250L, 3L);
        gives(0L, "ROUND", ofWhole, 1250L, -40L);
        gives(1200L, "TRUNCATE", ofWhole, 1299L, -2L);
        gives(7L, "ROUND", List.of(INT, INT), 7L);
        assertAll(cases);
    }

    @Test
    void roundingOfDecimals() {
        List<DataType> narrow = List.of(decimal(5, 2), INT, decimal(5, 1));
        gives(dec("2.4"), "ROUND", narrow, dec("2.35"), number(1));
        gives(dec("-2.4"), "ROUND", narrow, dec("-2.35"), number(1));
        gives(dec("2.3"), "ROUND", narrow, dec("2.34"), number(1));
        gives(dec("2.3"), "TRUNCATE", narrow, dec("2.39"), number(1));
        gives(dec("2"), "ROUND", List.of(decimal(5, 2), decimal(4, 0)), dec("2.35"));
        gives(dec("1000"), "ROUND", List.of(decimal(5, 2), decimal(4, 0)), dec("999.99"));
        gives(dec("1300"), "ROUND", List.of(decimal(6, 2), INT, decimal(5, 0)), dec("1250.00"), number(-2));
        gives(dec("0"), "ROUND", List.of(decimal(6, 2), INT, decimal(5, 0)), dec("1250.00"), number(-20));
        List<DataType> unknown = List.of(decimal(5, 2), INT, decimal(5, 2));
        gives(dec("2.40"), "ROUND", unknown, dec("2.35"), 1L);
        gives(dec("2.35"), "ROUND", unknown, dec("2.35"), 7L);
        gives(dec("100.00"), "ROUND", unknown, dec("123.45"), -2L);
        gives(null, "ROUND", unknown, dec("999.99"), 1L);
        gives(null, "ROUND", unknown, dec("999.99"), null);
        gives(dec("900.00"), "TRUNCATE", unknown, dec("999.99"), -2L);
        List<DataType> wide = List.of(decimal(25, 3), INT, decimal(24, 1));
        gives(dec("1234567890123456789012.4"), "ROUND", wide, dec("1234567890123456789012.350"), number(1));
        gives(dec("-1234567890123456789012.4"), "ROUND", wide, dec("-1234567890123456789012.350"), number(1));
        gives(dec("2.4"), "ROUND", List.of(decimal(25, 3), INT, decimal(5, 1)), dec("2.350"), number(1));
        List<DataType> widened = List.of(decimal(18, 0), INT, decimal(19, 0));
        gives(dec("1000000000000000000"), "ROUND", widened, dec("999999999999999999"), number(-1));
        gives(dec("-2"), "FLOOR", List.of(decimal(5, 2), decimal(5, 0)), dec("-1.25"));
        gives(dec("1"), "FLOOR", List.of(decimal(5, 2), decimal(5, 0)), dec("1.25"));
        gives(dec("-1"), "CEIL", List.of(decimal(5, 2), decimal(5, 0)), dec("-1.25"));
        gives(dec("2"), "CEIL", List.of(decimal(25, 2), decimal(25, 0)), dec("1.25"));
        gives(dec("-2"), "FLOOR", List.of(decimal(25, 2), decimal(25, 0)), dec("-1.25"));
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
        gives(micros("2024-01-28 00:00:00"), "FLOOR", toUnit, time, text("WEEK"));
        gives(micros("2024-02-04 00:00:00"), "CEIL", toUnit, time, text("WEEK"));
        gives(micros("2024-02-04 00:00:00"), "CEIL", toUnit, micros("2024-02-04 00:00:00"), text("WEEK"));
        gives(micros("1969-12-28 00:00:00"), "FLOOR", toUnit, -1L, text("WEEK"));
        gives(micros("2024-01-01 00:00:00"), "FLOOR", toUnit, time, text("QUARTER"));
        gives(micros("2024-04-01 00:00:00"), "CEIL", toUnit, time, text("QUARTER"));
        gives(micros("2024-02-01 00:00:00"), "CEIL", toUnit, time, text("MONTH"));
        gives(micros("2024-02-01 00:00:00"), "CEIL", toUnit, micros("2024-02-01 00:00:00"), text("MONTH"));
        gives(micros("2025-01-01 00:00:00"), "CEIL", toUnit, time, text("YEAR"));
        gives(day("2024-01-01"), "FLOOR", List.of(DATE, TEXT, DATE), day("2024-01-31"), text("MONTH"));
        gives(day("2024-02-01"), "CEIL", List.of(DATE, TEXT, DATE), day("2024-01-31"), text("MONTH"));
        gives(day("1969-12-01"), "FLOOR", List.of(DATE, TEXT, DATE), day("1969-12-31"), text("MONTH"));
        gives(null, "FLOOR", List.of(DATE, TEXT, DATE), null, text("MONTH"));
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
