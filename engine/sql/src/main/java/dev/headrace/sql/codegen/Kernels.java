package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;

/** What a generated class can do: each filter and projection of a program is a loop of its own, called by number. */
interface Kernels {
    /**
     * Narrows a selection.
     *
     * @param selection row numbers, or null for rows 0 to count - 1
     * @param out takes the row numbers that pass; may be {@code selection}
     * @return how many pass
     */
    int filter(int index, Batch in, int[] selection, int count, int[] out);

    /** Sets the time that PROCTIME() and its like give, in microseconds. */
    void now(long micros);

    /** Fills a column for the selected rows. */
    void project(int index, Batch in, int[] selection, int count, Column out);
}
