package dev.headrace.core.state;

/**
 * How the rows of a table are found, and with that, in which units they can leave memory between epochs.
 *
 * @param byKey whether rows are found by their key
 * @param prefix rows that agree in so many first columns are also found as a chain, {@link StateTable#chains}; with 0, all rows
 *     are one chain; {@link #NO_CHAINS} for none
 * @param spills whether rows, or whole chains if there are chains, may leave memory: then nothing else may lead to a row
 *     from one epoch to the next
 */
public record Access(boolean byKey, int prefix, boolean spills) {
    static final int NO_CHAINS = -1;

    /** By key; rows may leave memory. */
    public static final Access KEYED = new Access(true, NO_CHAINS, true);

    /** By key; rows stay in memory, and keep their numbers. */
    public static final Access KEYED_IN_MEMORY = new Access(true, NO_CHAINS, false);

    /** By number; rows stay in memory. */
    public static final Access IN_MEMORY = new Access(false, NO_CHAINS, false);

    /** As chains of rows that agree in the first columns; chains may leave memory. */
    public static Access chained(int prefix) {
        return new Access(false, prefix, true);
    }

    /** As chains, and by key, where the key begins with the prefix, once the chain has been found. */
    public static Access chainedAndKeyed(int prefix) {
        return new Access(true, prefix, true);
    }
}
