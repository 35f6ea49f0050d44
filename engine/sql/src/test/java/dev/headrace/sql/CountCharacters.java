package dev.headrace.sql;

import dev.headrace.api.function.ScalarFunction;

/** How often a character is in a text. */
public final class CountCharacters extends ScalarFunction {
    public long eval(String text, String character) {
        return text.chars().filter(c -> c == character.charAt(0)).count();
    }
}
