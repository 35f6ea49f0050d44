package dev.headrace.sql.plan;

import dev.headrace.core.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plan and what the planner knows of its columns.
 *
 * @param rowtime columns that are event time: no row has an earlier one than the watermark, but late rows
 * @param proctime columns that are processing time
 * @param windowed the columns that hold the window of each row, where rows belong to windows
 * @param unique columns that identify a row of the current table; empty where unknown
 */
record Relation(
        Plan plan, Set<Integer> rowtime, Set<Integer> proctime, Optional<Windowed> windowed, List<Integer> unique) {
    Relation {
        rowtime = Set.copyOf(rowtime);
        proctime = Set.copyOf(proctime);
        unique = List.copyOf(unique);
    }

    /** Columns of a window's start and end, -1 where one is not there any more. */
    record Windowed(int start, int end) {}

    static Relation of(Plan plan) {
        return new Relation(plan, Set.of(), Set.of(), Optional.empty(), List.of());
    }
}
