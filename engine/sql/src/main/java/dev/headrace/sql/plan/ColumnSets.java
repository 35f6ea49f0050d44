package dev.headrace.sql.plan;

import dev.headrace.core.plan.AggregateCall;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Sets of columns of one node, in rising order. */
final class ColumnSets {
    private ColumnSets() {}

    static Set<Integer> all(int size) {
        Set<Integer> all = new TreeSet<>();
        for (int i = 0; i < size; i++) {
            all.add(i);
        }
        return all;
    }

    static Set<Integer> with(Set<Integer> columns, Collection<Integer> more) {
        Set<Integer> all = new TreeSet<>(columns);
        all.addAll(more);
        return all;
    }

    static Set<Integer> below(Set<Integer> columns, int limit) {
        Set<Integer> found = new TreeSet<>(columns);
        found.removeIf(c -> c >= limit);
        return found;
    }

    /** The columns that aggregate functions read. */
    static Set<Integer> arguments(List<AggregateCall> calls) {
        Set<Integer> columns = new TreeSet<>();
        for (AggregateCall call : calls) {
            columns.addAll(call.arguments());
            call.filter().ifPresent(columns::add);
        }
        return columns;
    }
}
