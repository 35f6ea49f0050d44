package dev.headrace.sql.plan;

import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plan and what the planner knows of its columns.
 *
 * @param rowtime columns that are event time: no row has an earlier one than the watermark, but late rows
 * @param proctime columns that are processing time
 * @param windowed the columns that hold the window of each row, where rows belong to windows
 * @param uniques sets of columns that identify a row of the current table. The first is the one by which the plan's
 *     changes follow each other in order; a further one takes its place where a projection drops it
 * @param allowedLateness how much longer windows over these rows are kept
 */
record Relation(
        Plan plan,
        Set<Integer> rowtime,
        Set<Integer> proctime,
        Optional<Windowed> windowed,
        List<List<Integer>> uniques,
        Duration allowedLateness) {
    Relation {
        rowtime = Set.copyOf(rowtime);
        proctime = Set.copyOf(proctime);
        uniques = List.copyOf(uniques);
    }

    /**
     * Columns of a window's start and end, -1 where one is not there any more.
     *
     * @param window how rows got into it
     * @param partition the columns by which sessions are kept apart
     */
    record Windowed(int start, int end, Window window, List<Integer> partition) {}

    static Relation of(Plan plan) {
        return new Relation(plan, Set.of(), Set.of(), Optional.empty(), List.of(), Duration.ZERO);
    }

    /** Another plan with the same columns in front, of which the same is known. */
    Relation with(Plan newPlan) {
        return new Relation(newPlan, rowtime, proctime, windowed, uniques, allowedLateness);
    }

    Relation withTimes(Set<Integer> newRowtime, Set<Integer> newProctime) {
        return new Relation(plan, newRowtime, newProctime, windowed, uniques, allowedLateness);
    }

    Relation withWindow(Optional<Windowed> newWindowed) {
        return new Relation(plan, rowtime, proctime, newWindowed, uniques, allowedLateness);
    }

    /** Identified by these sets of columns; empty ones say nothing. */
    Relation withUniques(List<List<Integer>> newUniques) {
        return new Relation(
                plan,
                rowtime,
                proctime,
                windowed,
                newUniques.stream().filter(u -> !u.isEmpty()).distinct().toList(),
                allowedLateness);
    }

    Relation withUnique(List<Integer> unique) {
        return withUniques(List.of(unique));
    }

    Relation withAllowedLateness(Duration newAllowedLateness) {
        return new Relation(plan, rowtime, proctime, windowed, uniques, newAllowedLateness);
    }

    /** The columns by which changes follow each other in order, empty if unknown. */
    List<Integer> unique() {
        return uniques.isEmpty() ? List.of() : uniques.getFirst();
    }
}
