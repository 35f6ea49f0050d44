package dev.headrace.sql.codegen;

/**
 * A computed value: the local variables that hold it.
 *
 * @param a LONG, DOUBLE: the value; BYTES: the slice; WIDE: the upper half
 * @param b BYTES: the array; WIDE: the lower half; else unused
 * @param nullFlag an int that is 1 where the value is null; -1 for a value that never is
 */
record Value(Representation representation, int a, int b, int nullFlag) {
    static final int NEVER = -1;

    boolean canBeNull() {
        return nullFlag != NEVER;
    }
}
