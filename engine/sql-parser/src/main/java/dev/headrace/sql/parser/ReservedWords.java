package dev.headrace.sql.parser;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the reserved word that stands where a name should: the one with which, in backquotes, the parser gets further. The
 * parser itself stops at the word before or behind, as it looks ahead.
 */
final class ReservedWords {
    /** Words that are not meant as names, unless behind AS: they make the statement. */
    private static final Set<String> STRUCTURE = Set.of(
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP",
            "ORDER",
            "BY",
            "HAVING",
            "JOIN",
            "LEFT",
            "RIGHT",
            "FULL",
            "INNER",
            "OUTER",
            "CROSS",
            "ON",
            "USING",
            "AS",
            "AND",
            "OR",
            "NOT",
            "UNION",
            "EXCEPT",
            "INTERSECT",
            "INSERT",
            "INTO",
            "VALUES",
            "WITH",
            "CREATE",
            "TABLE",
            "VIEW",
            "FUNCTION",
            "LIMIT",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "IN",
            "IS",
            "NULL",
            "LIKE",
            "BETWEEN",
            "EXISTS",
            "DISTINCT",
            "ALL",
            "OVER",
            "PARTITION",
            "SET",
            "PRIMARY",
            "UNIQUE",
            "CONSTRAINT",
            "CAST",
            "INTERVAL",
            "FOR",
            "OF",
            "LATERAL",
            "TRUE",
            "FALSE");

    /** A word outside of quotes and comments; the other alternatives take what is to be passed over. */
    private static final Pattern WORD = Pattern.compile(
            "'(?:[^']|'')*'|`[^`]*`|\"[^\"]*\"|--[^\\n]*|/\\*.*?\\*/|([A-Za-z_][A-Za-z_0-9]*)", Pattern.DOTALL);

    /** So many words before and behind the place at which the parser stops are looked at. */
    private static final int BEFORE = 2;

    private static final int BEHIND = 6;

    private ReservedWords() {}

    /** A word and where it begins. */
    record Word(String text, int offset) {
        private int end() {
            return offset + text.length();
        }
    }

    /**
     * @param text what does not parse
     * @param failure where the parser stopped
     * @param reserved whether a word, in upper case, is reserved
     * @param parser where the parser stops in another text; empty if it takes all of it
     */
    static Optional<Word> find(
            String text, int failure, Predicate<String> reserved, Function<String, Optional<Integer>> parser) {
        List<Word> words = words(text);
        int at = 0;
        while (at < words.size() && words.get(at).end() <= failure) {
            at++;
        }
        List<Word> near = new ArrayList<>(words.subList(Math.max(0, at - BEFORE), Math.min(words.size(), at + BEHIND)));
        near.sort(Comparator.comparingInt(w -> Math.abs(w.offset() - failure)));
        Optional<Word> single = near.stream()
                .filter(word -> isName(text, word, reserved))
                .filter(word -> getsFurther(text, List.of(word), failure, parser))
                .findFirst();
        return single.or(() -> inColumns(text, words, failure, reserved, parser));
    }

    /** In a list of columns the parser looks ahead over all of them: one more that is reserved would hide the first. */
    private static Optional<Word> inColumns(
            String text,
            List<Word> words,
            int failure,
            Predicate<String> reserved,
            Function<String, Optional<Integer>> parser) {
        List<Word> columns = words.stream()
                .filter(word -> word.offset() > failure && isName(text, word, reserved) && beginsItem(text, word))
                .toList();
        return columns.isEmpty() || !getsFurther(text, columns, failure, parser)
                ? Optional.empty()
                : Optional.of(columns.getFirst());
    }

    private static boolean isName(String text, Word word, Predicate<String> reserved) {
        String upper = word.text().toUpperCase(Locale.ROOT);
        return reserved.test(upper) && (!STRUCTURE.contains(upper) || isAfterAs(text, word));
    }

    private static boolean isAfterAs(String text, Word word) {
        return text.substring(0, word.offset())
                .stripTrailing()
                .toUpperCase(Locale.ROOT)
                .endsWith(" AS");
    }

    private static boolean beginsItem(String text, Word word) {
        String before = text.substring(0, word.offset()).stripTrailing();
        return before.endsWith("(") || before.endsWith(",");
    }

    private static boolean getsFurther(
            String text, List<Word> quoted, int failure, Function<String, Optional<Integer>> parser) {
        StringBuilder changed = new StringBuilder(text);
        for (Word word : quoted.reversed()) {
            changed.insert(word.end(), '`').insert(word.offset(), '`');
        }
        int furthest = Math.max(failure, quoted.getFirst().end());
        return parser.apply(changed.toString())
                .map(stop -> stop - 2 * quoted.size() > furthest)
                .orElse(true);
    }

    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                words.add(new Word(matcher.group(1), matcher.start(1)));
            }
        }
        return words;
    }
}
