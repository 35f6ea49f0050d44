package dev.headrace.sql.codegen;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

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
}
