package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Functions with a constant regular expression, Java's. */
public final class RegexFunctions {
    private final Matcher matcher;
    private final int group;
    private final String replacement;
    /** Text that every match contains; empty for none known. */
    private final byte[] required;

    private final AsciiText text = new AsciiText();

    private RegexFunctions(Pattern pattern, int group, String replacement) {
        matcher = pattern.matcher("");
        this.group = group;
        this.replacement = replacement;
        required = RequiredText.of(pattern.pattern()).getBytes(StandardCharsets.UTF_8);
    }

    static Object of(List<Expression> literals) {
        String pattern = Builtins.text(literals.getFirst(), "a regular expression");
        try {
            Pattern compiled = Pattern.compile(pattern);
            int group = 0;
            String replacement = "";
            if (literals.size() > 1) {
                switch (literals.get(1)) {
                    case Expression.Literal(Long number, DataType _) -> group = number.intValue();
                    case Expression.Literal(String other, DataType _) -> replacement = other;
                    default -> throw UserError.request("a regular expression's function takes constants here");
                }
            }
            return new RegexFunctions(compiled, group, replacement);
        } catch (PatternSyntaxException e) {
            throw UserError.request(
                    "'" + pattern + "' is no regular expression: " + e.getDescription() + " at " + e.getIndex());
        }
    }

    private boolean find(byte[] heap, long slice) {
        if (required.length > 0 && TextFunctions.indexOf(heap, slice, 0, required, Slice.of(0, required.length)) < 0) {
            return false;
        }
        return matcher.reset(text.of(heap, slice)).find();
    }

    /** REGEXP_EXTRACT: the group of the first match, null where there is none. */
    public long extract(byte[] heap, long slice) {
        if (!find(heap, slice) || group > matcher.groupCount() || matcher.start(group) < 0) {
            return Builtins.NULL;
        }
        int start = matcher.start(group);
        int end = matcher.end(group);
        CharSequence searched = text.of(heap, slice);
        if (searched == text) {
            return Slice.of(Slice.offset(slice) + start, end - start);
        }
        String decoded = searched.toString();
        int from = decoded.substring(0, start).getBytes(StandardCharsets.UTF_8).length;
        int length = decoded.substring(start, end).getBytes(StandardCharsets.UTF_8).length;
        return Slice.of(Slice.offset(slice) + from, length);
    }

    public long replace(byte[] heap, long slice, ByteHeap out) {
        return find(heap, slice)
                ? out.append(matcher.reset(TextFunctions.string(heap, slice)).replaceAll(replacement))
                : out.append(heap, slice);
    }

    public long matches(byte[] heap, long slice) {
        return find(heap, slice) ? 1 : 0;
    }
}
