package dev.headrace.bench.flink;

import org.apache.flink.table.functions.ScalarFunction;

/** {@code count_char(text, c)}: how often a character occurs; the function of query 14. */
public final class CountChar extends ScalarFunction {
    public long eval(String text, String character) {
        long count = 0;
        char wanted = character.charAt(0);
        for (int i = 0; i < text.length(); i++) {
            count += text.charAt(i) == wanted ? 1 : 0;
        }
        return count;
    }
}
