package dev.headrace.connect.generate;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.WideDecimal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.InstantSource;

/** The values of one field, random or a sequence, with nulls among them. Immutable. */
final class DatagenField {
    private static final int LENGTH = 100;
    private static final long DAY_MILLIS = 86_400_000;
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private enum Source {
        RANDOM,
        SEQUENCE
    }

    /** Writes a value that is not null; draws follow from the row, {@code now} is in milliseconds. */
    private interface Value {
        void set(Column column, int row, long index, long now, Draws draws);
    }

    private final long seed;
    private final double nullRate;
    private final long rows;
    private final Value value;
    private final InstantSource clock;

    private DatagenField(
            Options options, String name, DataType type, long seed, InstantSource clock, boolean sequence) {
        String prefix = "fields." + name + ".";
        this.seed = Draws.mix(seed ^ Draws.mix(name.hashCode()));
        this.clock = clock;
        this.nullRate = number(options, prefix + "null-rate", 0);
        if (nullRate < 0 || nullRate > 1) {
            throw options.wrong(prefix + "null-rate", Double.toString(nullRate), "a number from 0 to 1");
        }
        if (sequence) {
            BigDecimal start = decimal(options, prefix + "start");
            BigDecimal end = decimal(options, prefix + "end");
            BigDecimal steps = end.subtract(start);
            if (steps.signum() < 0) {
                throw options.wrong(prefix + "end", end.toString(), "no less than its start, " + start);
            }
            this.rows = steps.toBigInteger().add(BigInteger.ONE).longValueExact();
            this.value = sequence(options, prefix, type, start);
        } else {
            this.rows = GeneratedSource.ENDLESS;
            this.value = random(options, prefix, type);
        }
    }

    static DatagenField read(Options options, String name, DataType type, long seed, InstantSource clock) {
        Source source = options.choice("fields." + name + ".kind", Source.class, Source.RANDOM);
        return new DatagenField(options, name, type, seed, clock, source == Source.SEQUENCE);
    }

    /** How many there are; a sequence ends. */
    long rows() {
        return rows;
    }

    void fill(Column column, Draws draws, long index, int count) {
        long now = clock.millis();
        for (int row = 0; row < count; row++) {
            draws.start(Draws.mix(seed + (index + row) * Draws.STEP));
            if (nullRate > 0 && draws.fraction() < nullRate) {
                column.setNull(row);
            } else {
                value.set(column, row, index + row, now, draws);
            }
        }
    }

    private static Value sequence(Options options, String prefix, DataType type, BigDecimal start) {
        long first = start.longValue();
        return switch (type.kind()) {
            case TINYINT, SMALLINT, INT, BIGINT ->
                (column, row, index, now, draws) -> column.setLong(row, first + index);
            case FLOAT ->
                (column, row, index, now, draws) -> column.setDouble(row, (float) (start.doubleValue() + index));
            case DOUBLE -> (column, row, index, now, draws) -> column.setDouble(row, start.doubleValue() + index);
            case CHAR, VARCHAR -> (column, row, index, now, draws) -> column.setText(row, Long.toString(first + index));
            case DECIMAL ->
                (column, row, index, now, draws) -> setDecimal(
                        column,
                        row,
                        type,
                        start.add(BigDecimal.valueOf(index))
                                .setScale(type.scale(), RoundingMode.HALF_UP)
                                .unscaledValue());
            default -> throw options.wrong(prefix + "kind", "sequence", "only random, for " + type);
        };
    }

    private static Value random(Options options, String prefix, DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> (column, row, index, now, draws) -> column.setLong(row, draws.bits() >>> 63);
            case TINYINT -> between(options, prefix, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT -> between(options, prefix, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT -> between(options, prefix, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT -> between(options, prefix, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> fraction(options, prefix, Float.MAX_VALUE, true);
            case DOUBLE -> fraction(options, prefix, Double.MAX_VALUE, false);
            case DECIMAL -> decimal(options, prefix, type);
            case CHAR, VARCHAR -> letters(options, prefix, type);
            case BINARY, VARBINARY -> bytes(options, prefix, type);
            case DATE -> (column, row, index, now, draws) -> column.setLong(row, Math.floorDiv(now, DAY_MILLIS));
            case TIME -> (column, row, index, now, draws) -> column.setLong(row, Math.floorMod(now, DAY_MILLIS) * 1000);
            case TIMESTAMP, TIMESTAMP_LTZ -> past(options, prefix);
            case INTERVAL_YEAR_MONTH -> (column, row, index, now, draws) -> column.setLong(row, draws.below(120_000));
            case INTERVAL_DAY_TIME ->
                (column, row, index, now, draws) -> column.setLong(row, draws.below(DAY_MILLIS) * 1000);
            default ->
                throw UserError.request(
                        "table '" + options.table() + "': the field '"
                                + prefix.substring("fields.".length(), prefix.length() - 1) + "' is " + type
                                + ", of which datagen makes no values; leave the field out, or put a computed column in its place");
        };
    }

    private static Value between(Options options, String prefix, long least, long most) {
        long min = Numbers.between(options, prefix + "min", least, least, most);
        long max = Numbers.between(options, prefix + "max", most, least, most);
        if (min > max) {
            throw options.wrong(prefix + "max", Long.toString(max), "no less than the minimum, " + min);
        }
        long range = max - min + 1;
        return (column, row, index, now, draws) -> {
            long bits = draws.bits();
            column.setLong(row, range == 0 ? bits : min + Math.unsignedMultiplyHigh(bits, range));
        };
    }

    private static Value fraction(Options options, String prefix, double most, boolean single) {
        double min = number(options, prefix + "min", -most);
        double max = number(options, prefix + "max", most);
        if (min > max) {
            throw options.wrong(prefix + "max", Double.toString(max), "no less than the minimum, " + min);
        }
        return (column, row, index, now, draws) -> {
            double at = draws.fraction();
            double drawn = min * (1 - at) + max * at;
            column.setDouble(row, single ? (float) drawn : drawn);
        };
    }

    private static Value decimal(Options options, String prefix, DataType type) {
        BigInteger most = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger min = unscaled(options, prefix + "min", most.negate(), type);
        BigInteger range =
                unscaled(options, prefix + "max", most, type).subtract(min).add(BigInteger.ONE);
        if (range.signum() <= 0) {
            throw options.wrong(prefix + "max", options.text(prefix + "max", ""), "no less than the minimum");
        }
        return (column, row, index, now, draws) -> {
            BigInteger bits = new BigInteger(Long.toUnsignedString(draws.bits()));
            bits = bits.shiftLeft(64).add(new BigInteger(Long.toUnsignedString(draws.bits())));
            setDecimal(column, row, type, min.add(bits.multiply(range).shiftRight(128)));
        };
    }

    private static BigInteger unscaled(Options options, String name, BigInteger defaultValue, DataType type) {
        if (options.text(name).isEmpty()) {
            return defaultValue;
        }
        BigInteger value = decimal(options, name)
                .setScale(type.scale(), RoundingMode.HALF_UP)
                .unscaledValue();
        if (value.abs().compareTo(BigInteger.TEN.pow(type.precision())) >= 0) {
            throw options.wrong(name, options.text(name, ""), "a number that fits " + type);
        }
        return value;
    }

    private static void setDecimal(Column column, int row, DataType type, BigInteger unscaled) {
        if (!type.isWideDecimal()) {
            column.setLong(row, unscaled.longValue());
            return;
        }
        byte[] wide = new byte[WideDecimal.BYTES];
        WideDecimal.put(wide, 0, unscaled);
        column.setBytes(row, wide, 0, wide.length);
    }

    private static Value letters(Options options, String prefix, DataType type) {
        int longest = length(options, prefix, type);
        boolean varies = varies(options, prefix, type);
        return (column, row, index, now, draws) -> {
            int length = varies ? 1 + draws.below(longest) : longest;
            ByteHeap heap = column.ownHeap();
            byte[] bytes = heap.reserve(length);
            int from = heap.length();
            for (int i = 0; i < length; ) {
                long bits = draws.bits();
                for (int end = Math.min(length, i + 16); i < end; i++, bits >>>= 4) {
                    bytes[from + i] = HEX[(int) bits & 15];
                }
            }
            own(column, row, heap, from, length);
        };
    }

    private static Value bytes(Options options, String prefix, DataType type) {
        int longest = length(options, prefix, type);
        boolean varies = varies(options, prefix, type);
        return (column, row, index, now, draws) -> {
            int length = varies ? 1 + draws.below(longest) : longest;
            ByteHeap heap = column.ownHeap();
            byte[] bytes = heap.reserve(length);
            int from = heap.length();
            for (int i = 0; i < length; i++) {
                bytes[from + i] = (byte) draws.bits();
            }
            own(column, row, heap, from, length);
        };
    }

    private static void own(Column column, int row, ByteHeap heap, int from, int length) {
        heap.setLength(from + length);
        column.setLong(row, dev.headrace.api.batch.Slice.of(from, length));
        column.shareHeap(heap.bytes());
    }

    private static int length(Options options, String prefix, DataType type) {
        int most = type.precision();
        int usual = most == DataType.MAX_LENGTH ? LENGTH : most;
        return (int) Numbers.between(options, prefix + "length", usual, 1, most);
    }

    private static boolean varies(Options options, String prefix, DataType type) {
        boolean varies = options.flag(prefix + "var-len", false);
        if (varies && (type.kind() == Kind.CHAR || type.kind() == Kind.BINARY)) {
            throw options.wrong(prefix + "var-len", "true", "only false, for " + type);
        }
        return varies;
    }

    private static Value past(Options options, String prefix) {
        long most = options.duration(prefix + "max-past", Duration.ZERO).toMillis();
        return (column, row, index, now, draws) -> column.setLong(row, (now - draws.below(most + 1)) * 1000);
    }

    private static BigDecimal decimal(Options options, String name) {
        String text = options.required(name);
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            throw options.wrong(name, text, "a number");
        }
    }

    private static double number(Options options, String name, double defaultValue) {
        return options.text(name).isEmpty()
                ? defaultValue
                : decimal(options, name).doubleValue();
    }
}
