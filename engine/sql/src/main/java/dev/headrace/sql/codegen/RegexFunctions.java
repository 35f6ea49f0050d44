package dev.headrace.sql.codegen;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Functions with a constant regular expression, Java's. */
public final class RegexFunctions {
    private final Matcher matcher;
    private final int group;
    private final String replacement;
    /** Finds the text that every match contains; absent for none known. */
    private final Optional<ByteSearch> required;
    /** How far before that text a match may begin, in characters of ASCII. */
    private final int before;

    private final AsciiText text = new AsciiText();

    private RegexFunctions(Pattern pattern, int group, String replacement) {
        matcher = pattern.matcher("");
        this.group = group;
        this.replacement = replacement;
        RequiredText text = RequiredText.of(pattern.pattern());
        before = text.before();
        required = text.text().isEmpty()
                ? Optional.empty()
                : Optional.of(new ByteSearch(text.text().getBytes(StandardCharsets.UTF_8)));
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

    /** The pattern is tried only where the text that it needs is near. */
    private boolean find(byte[] heap, long slice) {
        int offset = Slice.offset(slice);
        int from = 0;
        if (required.isPresent()) {
            int found = required.get().find(heap, offset, offset + Slice.length(slice));
            if (found < 0) {
                return false;
            }
            from = before == RequiredText.UNBOUNDED ? 0 : Math.max(0, found - offset - before);
        }
        CharSequence searched = text.of(heap, slice);
        matcher.reset(searched);
        return searched == text && from > 0 ? matcher.find(from) : matcher.find();
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
