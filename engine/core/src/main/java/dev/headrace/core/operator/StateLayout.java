package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the columns of an input row lie in a state table that keeps whole rows: some input columns in front (they may
 * repeat), then columns of the operator's own, then the other input columns in order, then further own columns.
 */
public final class StateLayout {
    private static final int OWN = -1;

    private final List<StateColumn> columns = new ArrayList<>();
    /** For each state column the input column that it holds, or {@link #OWN}. */
    private final int[] inputs;
    /** For each input column its place in the state row. */
    private final int[] places;

    private final int firstOwn;
    private final int lastOwn;

    public StateLayout(List<StateColumn> input, List<Integer> front, List<StateColumn> own, List<StateColumn> ownLast) {
        this(input, front, List.of(), own, ownLast);
    }

    /** @param next input columns that come right behind the first own columns */
    public StateLayout(
            List<StateColumn> input,
            List<Integer> front,
            List<Integer> next,
            List<StateColumn> own,
            List<StateColumn> ownLast) {
        List<Integer> from = new ArrayList<>(front);
        front.forEach(c -> columns.add(input.get(c)));
        firstOwn = columns.size();
        own.forEach(t -> {
            columns.add(t);
            from.add(OWN);
        });
        next.forEach(c -> columns.add(input.get(c)));
        from.addAll(next);
        for (int c = 0; c < input.size(); c++) {
            if (!front.contains(c) && !next.contains(c)) {
                columns.add(input.get(c));
                from.add(c);
            }
        }
        lastOwn = columns.size();
        ownLast.forEach(t -> {
            columns.add(t);
            from.add(OWN);
        });
        inputs = from.stream().mapToInt(Integer::intValue).toArray();
        places = new int[input.size()];
        for (int state = inputs.length - 1; state >= 0; state--) {
            if (inputs[state] != OWN) {
                places[inputs[state]] = state;
            }
        }
    }

    /** All columns of the state row. */
    public List<StateColumn> columns() {
        return columns;
    }

    /** The state columns of the input columns. */
    public int[] places() {
        return places.clone();
    }

    public int place(int inputColumn) {
        return places[inputColumn];
    }

    /** The input column that a state column holds. */
    public int input(int stateColumn) {
        return inputs[stateColumn];
    }

    /** The place of the first own column behind the front ones. */
    public int own() {
        return firstOwn;
    }

    /** The place of the first own column at the end. */
    public int ownLast() {
        return lastOwn;
    }

    /** Copies input columns of rows of a batch into rows of the table: all that lie at {@code from} or behind. */
    public void store(StateTable table, int from, int[] stateRows, Batch batch, int[] batchRows, int count) {
        for (int column = from; column < inputs.length; column++) {
            if (inputs[column] != OWN) {
                table.setAllFrom(column, batch.column(inputs[column]), stateRows, batchRows, count);
            }
        }
    }

    /** Grows an array that is indexed by row numbers, keeping what is in it. */
    public static int[] grown(int[] array, int length) {
        return array.length >= length ? array : Arrays.copyOf(array, Math.max(length, array.length * 2));
    }
}
