package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Slice;
import dev.headrace.core.expression.Expression;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** TRIM(BOTH | LEADING | TRAILING characters FROM text), for characters of one byte. */
public final class Trimmer {
    private final boolean leading;
    private final boolean trailing;

    private final byte[] characters;

    private Trimmer(boolean leading, boolean trailing, byte[] characters) {
        this.leading = leading;
        this.trailing = trailing;
        this.characters = characters;
    }

    static Object of(List<Expression> literals) {
        String side = Builtins.text(literals.getFirst(), "TRIM");
        byte[] characters = Builtins.text(literals.get(1), "TRIM").getBytes(StandardCharsets.UTF_8);
        return new Trimmer(!side.equals("TRAILING"), !side.equals("LEADING"), characters);
    }

    public long trim(byte[] heap, long slice) {
        int from = Slice.offset(slice);
        int to = from + Slice.length(slice);
        while (leading && from < to && isAmong(heap[from])) {
            from++;
        }
        while (trailing && to > from && isAmong(heap[to - 1])) {
            to--;
        }
        return Slice.of(from, to - from);
    }

    private boolean isAmong(byte wanted) {
        for (byte character : characters) {
            if (character == wanted) {
                return true;
            }
        }
        return false;
    }
}
