package dev.headrace.format.csv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Finds the fields of one record. They lie at {@code [start(i), end(i))}, without quotes and with escapes undone. */
final class CsvScanner {
    /** A quote that was opened is not closed before the end. */
    static final int UNCLOSED = -1;

    /** Something stands between a closing quote and the next delimiter; see {@link #wrongAt()}. */
    static final int MISPLACED = -2;

    private static final int PLAIN = 0;
    private static final int QUOTED = 1;
    private static final int DOUBLED = 2;
    private static final int ESCAPED = 4;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private final int delimiter;
    private final int quote;
    private final int escape;
    private final long delimiters;
    private final long newlines = ONES * '\n';
    private final long quotes;
    private final long escapes;

    private int count;
    private boolean changed;
    private int wrongAt;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int[] marks = new int[16];

    CsvScanner(CsvOptions options) {
        delimiter = options.delimiter();
        quote = options.quote();
        escape = options.escape();
        delimiters = ONES * delimiter;
        quotes = ONES * (quote & 0x7f);
        escapes = escape == CsvOptions.NONE ? 0 : ONES * escape;
    }

    int count() {
        return count;
    }

    int start(int field) {
        return starts[field];
    }

    int end(int field) {
        return ends[field];
    }

    boolean isQuoted(int field) {
        return (marks[field] & QUOTED) != 0;
    }

    int wrongAt() {
        return wrongAt;
    }

    /** Finds the fields from {@code from} to the next newline outside quotes or {@code to}; returns where that is. */
    int scan(byte[] bytes, int from, int to) {
        count = 0;
        changed = false;
        int position = from;
        while (true) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                ends = Arrays.copyOf(ends, count * 2);
                marks = Arrays.copyOf(marks, count * 2);
            }
            int end;
            int mark;
            if (position < to && bytes[position] == quote) {
                int start = position + 1;
                mark = QUOTED;
                position = start;
                while (true) {
                    position = quoteOrEscape(bytes, position, to);
                    if (position >= to) {
                        return UNCLOSED;
                    }
                    if (bytes[position] != quote) {
                        mark |= ESCAPED;
                        position += 2;
                    } else if (position + 1 < to && bytes[position + 1] == quote) {
                        mark |= DOUBLED;
                        position += 2;
                    } else {
                        break;
                    }
                }
                starts[count] = start;
                end = position++;
                if (position < to && bytes[position] == '\r' && (position + 1 == to || bytes[position + 1] == '\n')) {
                    position++;
                }
                if (position < to && bytes[position] != delimiter && bytes[position] != '\n') {
                    wrongAt = position;
                    return MISPLACED;
                }
            } else {
                starts[count] = position;
                mark = PLAIN;
                position = delimiterOrNewline(bytes, position, to);
                while (position < to && bytes[position] == escape) {
                    mark |= ESCAPED;
                    position = delimiterOrNewline(bytes, Math.min(position + 2, to), to);
                }
                end = position;
                boolean last = position >= to || bytes[position] == '\n';
                if (last && end > starts[count] && bytes[end - 1] == '\r') {
                    end--;
                }
            }
            ends[count] = end;
            marks[count] = mark;
            changed |= mark > QUOTED;
            count++;
            if (position >= to || bytes[position] == '\n') {
                return position;
            }
            position++;
        }
    }

    /** Takes the escapes out of the fields found, in place. */
    void finish(byte[] bytes) {
        if (!changed) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (marks[i] > QUOTED) {
                ends[i] = unescape(bytes, starts[i], ends[i], isQuoted(i));
            }
        }
    }

    private int unescape(byte[] bytes, int from, int to, boolean quoted) {
        int out = from;
        for (int i = from; i < to; i++) {
            byte c = bytes[i];
            if (c == escape && i + 1 < to) {
                c = bytes[++i];
                c = switch (c) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case '0' -> 0;
                    default -> c;
                };
            } else if (quoted && c == quote) {
                i++;
            }
            bytes[out++] = c;
        }
        return out;
    }

    private int delimiterOrNewline(byte[] bytes, int from, int to) {
        int position = from;
        for (int last = Math.min(to, bytes.length) - 8; position <= last; position += 8) {
            long word = (long) LONGS.get(bytes, position);
            long found = zeros(word ^ delimiters) | zeros(word ^ newlines);
            if (escape != CsvOptions.NONE) {
                found |= zeros(word ^ escapes);
            }
            if (found != 0) {
                return position + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (position < to && bytes[position] != delimiter && bytes[position] != '\n' && bytes[position] != escape) {
            position++;
        }
        return position;
    }

    private int quoteOrEscape(byte[] bytes, int from, int to) {
        int position = from;
        for (int last = Math.min(to, bytes.length) - 8; position <= last; position += 8) {
            long word = (long) LONGS.get(bytes, position);
            long found = zeros(word ^ quotes);
            if (escape != CsvOptions.NONE) {
                found |= zeros(word ^ escapes);
            }
            if (found != 0) {
                return position + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (position < to && bytes[position] != quote && bytes[position] != escape) {
            position++;
        }
        return position;
    }

    /** A number whose lowest set bit lies in the first zero byte of {@code word}. */
    private static long zeros(long word) {
        return word - ONES & ~word & HIGH;
    }
}
