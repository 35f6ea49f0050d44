package dev.headrace.connect.generate;

/**
 * The random numbers of an event or a row: the n-th is a mix of a start and n, so that any can be left out at no cost.
 * The mix is the finalizer of SplitMix64, and the step its golden-ratio increment.
 */
final class Draws {
    static final long STEP = 0x9E3779B97F4A7C15L;

    private long state;

    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    void start(long at) {
        state = at;
    }

    void skip(int count) {
        state += count * STEP;
    }

    long bits() {
        state += STEP;
        return mix(state);
    }

    /** A number from 0 to {@code bound - 1}, from the upper half of the bits. */
    int below(int bound) {
        return scale(bits(), bound);
    }

    static int scale(long bits, int bound) {
        return (int) ((bits >>> 32) * bound >>> 32);
    }

    long below(long bound) {
        return (bits() >>> 1) % bound;
    }

    /** A number from 0 to 1, without 1. */
    double fraction() {
        return (bits() >>> 11) * 0x1p-53;
    }
}
