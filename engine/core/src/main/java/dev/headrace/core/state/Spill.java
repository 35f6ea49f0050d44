package dev.headrace.core.state;

/**
 * The part of a state table that is not in memory, in units that come and go as a whole: a unit is either in memory, where
 * its rows are the truth, or below. A unit in memory may have a copy below that is out of date; it is never read, and goes
 * with the unit.
 */
interface Spill {
    /**
     * Moves units out of memory: cold ones first, none with rows changed since the last emission or the last snapshot. To be
     * called between epochs, when nothing refers to rows.
     *
     * @param rows how many rows to move at least, if there are as many
     * @return how many have been moved
     */
    int evict(int rows);

    /**
     * Looks at rows that are not in memory, going on where the last call ended and around, and removes those that the table
     * does not want any more.
     */
    void sweep(int rows);

    /** Rows that are not in memory. */
    long rows();

    /** Bytes of memory that it takes by itself. */
    long memory();

    /** Lets go of all that is below. */
    void drop();
}
