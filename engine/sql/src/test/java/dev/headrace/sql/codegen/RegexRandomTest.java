package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.TEXT;
import static dev.headrace.sql.codegen.Evaluation.call;
import static dev.headrace.sql.codegen.Evaluation.input;
import static dev.headrace.sql.codegen.Evaluation.number;
import static dev.headrace.sql.codegen.Evaluation.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headrace.core.expression.Expression;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patterns are tried only where a text that they need is near: they find what they find without that. */
final class RegexRandomTest {
    private static final List<String> ATOMS = List.of(
            "a", "b", "ab", "abc", "é", "a", "b", "c", "bc", "\\.", ".", "^", "$", "\\b", "\\w", "[ab]", "[^a]", "[]a]",
            "[)]");

    private final long seed = Long.getLong("headrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void extractFindsWhatJavaFinds() {
        for (int i = 0; i < 2000; i++) {
            String pattern = pattern(3);
            Matcher matcher = Pattern.compile(pattern).matcher("");
            List<Object[]> rows = new ArrayList<>();
            for (int r = 0; r < 20; r++) {
                rows.add(new Object[] {value()});
            }
            Expression extract = call("REGEXP_EXTRACT", TEXT, input(0, TEXT), text(pattern), number(0));
            List<Object> found = Evaluation.evaluate(extract, List.of(TEXT), rows);
            for (int r = 0; r < rows.size(); r++) {
                String value = (String) rows.get(r)[0];
                assertEquals(
                        matcher.reset(value).find() ? matcher.group() : null,
                        found.get(r),
                        () -> "seed " + seed + ": '" + pattern + "' in '" + value + "'");
            }
        }
    }

    private String pattern(int depth) {
        StringBuilder pattern = new StringBuilder();
        int parts = 1 + random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            boolean group = depth > 0 && random.nextInt(4) == 0;
            String atom = ATOMS.get(random.nextInt(ATOMS.size()));
            if (group) {
                String opening = List.of(
                                "(",
                                "(?:",
                                "(?=",
                                "(?!",
                                "(?<n" + depth + i + random.nextInt(1_000_000) + ">",
                                "(?i:",
                                "(?>")
                        .get(random.nextInt(7));
                atom = opening + pattern(depth - 1) + ")";
            }
            boolean repeatable = !atom.equals("^") && !atom.equals("$") && !atom.equals("\\b");
            String quantifier = List.of("", "", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "+?", "*+")
                    .get(repeatable ? random.nextInt(12) : 0);
            pattern.append(atom).append(quantifier);
            if (random.nextInt(12) == 0) {
                pattern.append('|');
            }
        }
        return pattern.toString();
    }

    private String value() {
        StringBuilder value = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            value.append(random.nextInt(40) == 0 ? "é" : String.valueOf("aabbcc.A])".charAt(random.nextInt(10))));
        }
        return value.toString();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ' ',
            value = {
                "(&|^)channel_id=([^&]*) channel_id= 1",
                "^https?://([^/]+) http 0",
                "abc abc 0",
                "ab?c a 0",
                "a|b '' 65536",
                "[ab]{2,3}x x 3",
                "(a|bcd)+x x 65536",
                "(?<=ab)x x 0",
                "(?<name>ab)xy xy 2",
                "(?i)ab '' 65536",
                "\\Qab\\E '' 65536",
                "a\\.b a.b 0",
            })
    void theTextThatAPatternNeedsAndWhatMayStandBeforeIt(String pattern, String text, int before) {
        assertEquals(new RequiredText(text, before), RequiredText.of(pattern));
    }

    @Test
    void bytesAreSearched() {
        for (int i = 0; i < 5000; i++) {
            String searched = value() + value();
            String wanted = value();
            if (wanted.isEmpty()) {
                continue;
            }
            byte[] bytes = searched.getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(
                    searched.indexOf(wanted, 2),
                    new ByteSearch(wanted.getBytes(StandardCharsets.ISO_8859_1)).find(bytes, 2, bytes.length),
                    () -> "seed " + seed + ": '" + wanted + "' in '" + searched + "'");
        }
    }
}
