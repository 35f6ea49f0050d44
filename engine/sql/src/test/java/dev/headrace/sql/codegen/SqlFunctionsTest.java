package dev.headrace.sql.codegen;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and types of functions as queries write them. */
final class SqlFunctionsTest {
    private final List<Executable> cases = new ArrayList<>();
    private final SqlValues values = new SqlValues("")
            .with("i", "INT", 1250L)
            .with("n", "INT", 1L)
            .with("d", "DOUBLE", 2.345)
            .with("p", "DECIMAL(5, 2)", new BigDecimal("2.35"))
            .with("w", "DECIMAL(30, 3)", new BigDecimal("-2.350"))
            .with("s", "STRING", "ab")
            .with("z", "STRING", null);

    private void gives(String expected, String expression) {
        cases.add(() -> assertEquals(expected, values.of(expression).toString(), expression));
    }

    @Test
    void roundedNumbersHaveTheTypeOfTheirDigits() {
        gives("2.4 DECIMAL(5, 1)", "ROUND(p, 1)");
        gives("2 DECIMAL(4, 0)", "ROUND(p)");
        gives("2 DECIMAL(4, 0)", "ROUND(p, 0)");
        gives("2.35 DECIMAL(5, 2)", "ROUND(p, 2)");
        gives("2.35 DECIMAL(5, 2)", "ROUND(p, 9)");
        gives("2.40 DECIMAL(5, 2)", "ROUND(p, n)");
        gives("0 DECIMAL(4, 0)", "ROUND(p, -1)");
        gives("-2.4 DECIMAL(29, 1)", "ROUND(w, 1)");
        gives("-2 DECIMAL(28, 0)", "TRUNCATE(w)");
        gives("2.3 DECIMAL(5, 1)", "TRUNCATE(p, 1)");
        gives("2.35 DOUBLE", "ROUND(d, 2)");
        gives("2.3 DOUBLE", "TRUNCATE(d, n)");
        gives("1300 INT", "ROUND(i, -2)");
        gives("1200 INT", "TRUNCATE(i, -2)");
        gives("2 DECIMAL(5, 0)", "FLOOR(p)");
        gives("-2 DECIMAL(30, 0)", "CEIL(w)");
        assertAll(cases);
    }

    @Test
    void textsAreJoined() {
        gives("ab-ab STRING", "CONCAT_WS('-', s, z, s)");
        gives("ab1250 STRING", "CONCAT(s, i)");
        gives("null STRING", "CONCAT(s, z, 'x', 'y')");
        gives("null STRING", "LPAD(s, -1, 'x')");
        assertAll(cases);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 2500})
    void aCaseHasAsManyBranchesAsItTakes(int branches) {
        String numbers = branches(branches, k -> "WHEN " + k + " THEN " + -k);
        gives("-1250 INT", "CASE i - 1250 + " + (branches > 1250 ? "1250" : "i") + " " + numbers + " ELSE i * -1 END");
        gives(
                "-" + branches + " INT",
                "1 - CASE i - 1250 + " + branches + " " + numbers + " END - 1 - 2 * " + branches);
        gives("null INT", "CASE n - 1 " + numbers + " END");
        String texts = branches(
                branches, k -> "WHEN s = 'a" + k + "' OR n = " + k + " AND d < " + k + " THEN s || '" + k + "'");
        gives("ab3 STRING", "CASE " + texts.replace("n = 3 ", "n = 1 ").replace("d < 1 ", "d > 9 ") + " ELSE s END");
        gives("<ab> STRING", "CONCAT('<', CASE " + texts + " ELSE s END, '>')");
        String decimals = branches(branches, k -> "WHEN p > " + (branches - k) + " THEN w - " + k);
        gives("-" + (branches - 2 + 2) + ".350 DECIMAL(31, 3)", "CASE " + decimals + " ELSE w END");
        String doubles = branches(branches, k -> "WHEN d < " + (k == branches ? 9 : -k) + " THEN d + " + k);
        gives(branches + 2.345 + " DOUBLE", "CASE " + doubles + " ELSE d END");
        gives(
                "true BOOLEAN",
                branches(300, k -> "OR n + " + k + " = " + (k == 300 ? k + 1 : k))
                        .substring(3));
        gives("ab STRING", "COALESCE(" + branches(branches, k -> "z || '" + k + "',") + " s)");
        assertAll(cases);
    }

    private static String branches(int count, IntFunction<String> branch) {
        return IntStream.rangeClosed(1, count).mapToObj(branch).collect(Collectors.joining(" "));
    }
}
