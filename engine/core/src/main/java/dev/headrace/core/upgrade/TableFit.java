package dev.headrace.core.upgrade;

import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How rows of a saved table become rows of a table that is wanted, column by column, found by meaning and type. The key
 * stays what it is, up to the order of its columns behind the partition's: key groups and the identity of rows depend on it.
 *
 * @param from for each wanted column the saved one, {@link #ADDED} for one that rows start without
 * @param saved how many columns the saved table has
 */
public record TableFit(StateSchema wanted, List<Integer> from, int saved) {
    public static final int ADDED = -1;

    public TableFit {
        from = List.copyOf(from);
    }

    /** Whether rows are what they were, byte by byte. */
    public boolean isSame() {
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i) != i) {
                return false;
            }
        }
        return from.size() == saved;
    }

    /** The columns of which rows lack what was before. */
    public List<String> added() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            StateColumn column = wanted.columns().get(i);
            if (from.get(i) == ADDED && !column.isCompleteFromStart() && !names.contains(column.meaning())) {
                names.add(column.meaning());
            }
        }
        return names;
    }

    /** The fit, or why there is none. */
    record Result(Optional<TableFit> fit, String reason) {
        static Result none(String reason) {
            return new Result(Optional.empty(), reason);
        }
    }

    static Result of(StateSchema wanted, Manifest.SchemaState saved) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < saved.columns().size(); i++) {
            Manifest.ColumnState column = saved.columns().get(i);
            places.put(id(column.name(), column.type()), i);
        }
        List<Integer> from = new ArrayList<>();
        for (StateColumn column : wanted.columns()) {
            Integer place = places.get(id(column.name(), column.type().toString()));
            if (place == null && column.start() == StateColumn.Start.UNKNOWN) {
                return Result.none("its state lacks " + column.name());
            }
            from.add(place == null ? ADDED : place);
        }
        boolean sameKey = wanted.keyColumns() == saved.keyColumns()
                && wanted.partitionColumns() == saved.partitionColumns()
                && isSame(from.subList(0, wanted.partitionColumns()))
                && areDifferent(from.subList(0, wanted.keyColumns()), saved.keyColumns());
        return sameKey
                ? new Result(
                        Optional.of(new TableFit(wanted, from, saved.columns().size())), "")
                : Result.none("the rows of its state are told apart by other columns");
    }

    private static boolean isSame(List<Integer> places) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i) != i) {
                return false;
            }
        }
        return true;
    }

    /** Whether each is a place of its own below the limit. */
    private static boolean areDifferent(List<Integer> places, int limit) {
        Set<Integer> seen = new HashSet<>();
        return places.stream().allMatch(p -> p >= 0 && p < limit && seen.add(p));
    }

    /** Whether a value may be NULL changes neither its meaning nor its bytes. */
    private static String id(String name, String type) {
        return name + " "
                + (type.endsWith(" NOT NULL") ? type.substring(0, type.length() - " NOT NULL".length()) : type);
    }
}
