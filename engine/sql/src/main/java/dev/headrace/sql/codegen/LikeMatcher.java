package dev.headrace.sql.codegen;

import dev.headrace.core.expression.Expression;
import java.util.List;
import java.util.regex.Pattern;

/** LIKE with a constant pattern. */
public final class LikeMatcher {
    private final Pattern pattern;
    private final AsciiText text = new AsciiText();

    private LikeMatcher(Pattern pattern) {
        this.pattern = pattern;
    }

    static Object of(List<Expression> literals) {
        String like = Builtins.text(literals.get(0), "LIKE");
        char escape = literals.size() > 1
                ? Builtins.text(literals.get(1), "LIKE .. ESCAPE").charAt(0)
                : '\\';
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < like.length(); i++) {
            char c = like.charAt(i);
            if (c == escape && i + 1 < like.length()) {
                regex.append(Pattern.quote(String.valueOf(like.charAt(++i))));
            } else if (c == '%') {
                regex.append(".*");
            } else if (c == '_') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new LikeMatcher(Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    public long matches(byte[] heap, long slice) {
        return pattern.matcher(text.of(heap, slice)).matches() ? 1 : 0;
    }
}
