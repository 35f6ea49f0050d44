package dev.headrace.api.type;

/**
 * How the values of a type lie in a {@code long[]}: every column and every state cell is one {@code long} a value, so
 * that operators know three layouts and not twenty types.
 */
public enum Layout {
    /** The value itself. Order of the values is order of the longs. */
    LONG,
    /** {@code Double.doubleToRawLongBits}; FLOAT is widened. */
    DOUBLE,
    /** A slice of a byte heap: offset in the upper, length in the lower 32 bits. See {@code Slice}. */
    BYTES
}
