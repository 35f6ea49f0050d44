package dev.headrace.core.state;

import dev.headrace.api.type.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A column of a state table.
 *
 * @param name its meaning, whatever its place: an input column's by {@code core.graph.Meaning}, an aggregate call's, or what
 *     an operator calls a column of its own. Within a table names differ
 * @param start what rows hold that were kept before the column was there
 */
public record StateColumn(String name, DataType type, Start start) {

    /** What a column holds in rows that are older than it. */
    public enum Start {
        /** Nothing that could be known: such rows are of no use to it. */
        UNKNOWN,
        ZERO,
        NULL,
        /** When the column was added, in milliseconds since the epoch. */
        NOW
    }

    /** A column without which a row is of no use. */
    public static StateColumn of(String name, DataType type) {
        return new StateColumn(name, type, Start.UNKNOWN);
    }

    public static List<DataType> types(List<StateColumn> columns) {
        return columns.stream().map(StateColumn::type).toList();
    }

    /** Whether rows lack nothing that are older than the column. */
    public boolean isCompleteFromStart() {
        return start == Start.NOW;
    }

    /** The name without the number by which it differs from others of the same meaning. */
    public String meaning() {
        return name.replaceFirst(" \\(\\d+\\)$", "");
    }

    /** The same columns; of several of one name the second and later ones get a number. */
    static List<StateColumn> distinct(List<StateColumn> columns) {
        Map<String, Integer> seen = new HashMap<>();
        List<StateColumn> named = new ArrayList<>();
        for (StateColumn column : columns) {
            int number = seen.merge(column.name(), 1, Integer::sum);
            named.add(
                    number == 1
                            ? column
                            : new StateColumn(column.name() + " (" + number + ")", column.type(), column.start()));
        }
        return List.copyOf(named);
    }
}
