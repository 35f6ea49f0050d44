package dev.headrace.core.operator.aggregate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The aggregate calls of an operator over rows of state: the group's key, its id where tables of values need one, the
 * number of its rows where rows can be taken back, and the calls' accumulators. Equal calls share an accumulator; calls
 * with the same filter share the rows that pass it.
 */
public final class Aggregation {
    private static final int NONE = -1;

    private final List<StateColumn> columns = new ArrayList<>();
    private final Map<String, StateSchema> schemas = new HashMap<>();
    private final int keyCount;
    private final boolean retracts;
    private final boolean forgets;
    private final int groupIdColumn;
    private final GroupIds groupIds;
    private final CountAccumulator rows;
    /** In the order of the calls; equal calls are the same object. */
    private final List<Accumulator> results = new ArrayList<>();
    /** What to update, by filter column. */
    private final Map<Integer, List<Accumulator>> plain = new LinkedHashMap<>();

    private final Map<Integer, Distinct> distincts = new LinkedHashMap<>();
    private final List<Accumulator> all = new ArrayList<>();
    /** Those that are not over distinct values. */
    private final List<Accumulator> mergeable = new ArrayList<>();

    private int hidden;

    private int[] passingBatchRows = new int[Batch.CAPACITY];
    private int[] passingStateRows = new int[Batch.CAPACITY];
    private byte[] passingSigns = new byte[Batch.CAPACITY];
    private long[] ids = new long[Batch.CAPACITY];

    public Aggregation(
            Schema input, List<Integer> keys, List<AggregateCall> calls, boolean retracts, OperatorContext context) {
        this(input, keys, List.of(), calls, retracts, false, context);
    }

    /**
     * @param own columns of the operator's own, right behind the key
     * @param retracts whether rows can be taken back
     * @param forgets whether groups are let go of by {@link #forget}
     * @throws UserError for a function that is not there
     */
    public Aggregation(
            Schema input,
            List<Integer> keys,
            List<StateColumn> own,
            List<AggregateCall> calls,
            boolean retracts,
            boolean forgets,
            OperatorContext context) {
        this.retracts = retracts;
        this.forgets = forgets;
        keyCount = keys.size();
        List<StateColumn> inputColumns = context.columns(0, input);
        keys.forEach(k -> columns.add(inputColumns.get(k)));
        columns.addAll(own);
        boolean needsIds = calls.stream().anyMatch(c -> isDistinct(c) || retracts && isExtreme(c));
        groupIdColumn = needsIds ? columns.size() : NONE;
        groupIds = new GroupIds(context);
        if (needsIds) {
            columns.add(GroupIds.COLUMN);
        }
        if (retracts) {
            rows = new CountAccumulator(NONE);
            place(rows, "rows");
            plain.computeIfAbsent(NONE, f -> new ArrayList<>()).add(rows);
            mergeable.add(rows);
        } else {
            rows = null;
        }
        Map<AggregateCall, Accumulator> known = new LinkedHashMap<>();
        for (AggregateCall call : calls) {
            Accumulator accumulator = known.get(call);
            if (accumulator == null) {
                accumulator = accumulator(call, inputColumns, context);
                place(accumulator, context.meaning(call));
                known.put(call, accumulator);
                register(call, accumulator, inputColumns, context);
            }
            results.add(accumulator);
        }
    }

    private static boolean isDistinct(AggregateCall call) {
        boolean sameAnyway = call.function().equals("MIN") || call.function().equals("MAX");
        return call.distinct() && !sameAnyway;
    }

    private static boolean isExtreme(AggregateCall call) {
        return call.function().equals("MIN") || call.function().equals("MAX");
    }

    private void place(Accumulator accumulator, String name) {
        accumulator.place(columns.size());
        boolean first = true;
        for (DataType type : accumulator.columns()) {
            boolean startsNull = first && accumulator.startsNull();
            // Where rows are taken back, a call would hear of the end of rows of whose beginning it has not heard.
            StateColumn.Start start =
                    retracts ? StateColumn.Start.UNKNOWN : startsNull ? StateColumn.Start.NULL : StateColumn.Start.ZERO;
            columns.add(new StateColumn(name, type, start));
            first = false;
        }
        all.add(accumulator);
    }

    private void register(
            AggregateCall call, Accumulator accumulator, List<StateColumn> input, OperatorContext context) {
        int filter = call.filter().orElse(NONE);
        if (isDistinct(call)) {
            if (call.arguments().size() != 1) {
                throw UserError.request(call.function() + "(DISTINCT ..) takes one argument here");
            }
            int argument = call.arguments().getFirst();
            distincts
                    .computeIfAbsent(argument, a -> new Distinct(a, input, retracts))
                    .add(accumulator, filter, context.meaning(call));
        } else {
            plain.computeIfAbsent(filter, f -> new ArrayList<>()).add(accumulator);
            mergeable.add(accumulator);
        }
    }

    private Accumulator accumulator(AggregateCall call, List<StateColumn> input, OperatorContext context) {
        int argument = call.arguments().isEmpty() ? NONE : call.arguments().getFirst();
        DataType type = argument == NONE ? DataType.BIGINT : input.get(argument).type();
        boolean decimal = type.kind() == Kind.DECIMAL;
        return switch (call.function()) {
            case "COUNT" -> new CountAccumulator(argument);
            case "SUM", "$SUM0", "AVG" -> {
                boolean average = call.function().equals("AVG");
                yield decimal
                        ? new DecimalSumAccumulator(argument, type, call.type(), average)
                        : new SumAccumulator(argument, type, average);
            }
            case "MIN", "MAX" -> {
                boolean greatest = call.function().equals("MAX");
                if (!retracts) {
                    yield new ValueAccumulator(
                            argument,
                            type,
                            greatest ? ValueAccumulator.Choice.GREATEST : ValueAccumulator.Choice.LEAST);
                }
                yield new ExtremeAccumulator(
                        argument, input.get(argument), greatest, groupIdColumn, context.meaning(call), context);
            }
            case "FIRST_VALUE" -> new ValueAccumulator(argument, type, ValueAccumulator.Choice.FIRST);
            case "LAST_VALUE" -> new ValueAccumulator(argument, type, ValueAccumulator.Choice.LAST);
            case "LISTAGG" ->
                new TextListAccumulator(
                        argument, call.arguments().size() > 1 ? call.arguments().get(1) : NONE, retracts);
            case "VAR_POP" -> new VarianceAccumulator(argument, type, call.type(), false, false);
            case "VAR_SAMP", "VARIANCE" -> new VarianceAccumulator(argument, type, call.type(), true, false);
            case "STDDEV_POP" -> new VarianceAccumulator(argument, type, call.type(), false, true);
            case "STDDEV_SAMP", "STDDEV" -> new VarianceAccumulator(argument, type, call.type(), true, true);
            default ->
                throw UserError.request("the aggregate function " + call.function()
                        + " is not there; there are COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE, LISTAGG, VAR_POP,"
                        + " VAR_SAMP, STDDEV_POP, STDDEV_SAMP");
        };
    }

    /** The state table's schema; its key is the group's. */
    public StateSchema schema(String name) {
        return schemas.computeIfAbsent(name, n -> new StateSchema(n, columns, keyCount, keyCount));
    }

    /** Says that there is a family of tables of that name, each with its tables of distinct values. */
    public void declare(OperatorContext context, String name) {
        context.declare(schema(name), Access.KEYED);
        distincts.values().forEach(d -> d.declare(context, forgets));
    }

    /** Opens the tables of distinct values; {@code namespace} tells windows apart. */
    public List<StateTable> openDistincts(OperatorContext context, long namespace) {
        return distincts.values().stream()
                .map(d -> d.open(context, forgets, namespace))
                .toList();
    }

    /** Goes on with tables of distinct values that {@link #openDistincts} gave. */
    public void useDistincts(List<StateTable> tables) {
        int i = 0;
        for (Distinct distinct : distincts.values()) {
            distinct.use(tables.get(i++));
        }
    }

    public boolean hasDistincts() {
        return !distincts.isEmpty();
    }

    /** Sets a group just added to the values of no rows. */
    public void initialize(StateTable table, int row) {
        for (Accumulator accumulator : all) {
            accumulator.initialize(table, row);
        }
        if (groupIdColumn != NONE) {
            table.set(row, groupIdColumn, groupIds.next(table.keyGroup(row)));
        }
    }

    /** A group is about to go: lets go of what is kept of it outside of its row. */
    public void forget(StateTable table, int row) {
        if (groupIdColumn == NONE) {
            return;
        }
        long id = table.get(row, groupIdColumn);
        distincts.values().forEach(d -> d.forget(id));
        all.forEach(a -> a.forget(id));
    }

    /** Makes a group one of no rows, with none of the values that it had. */
    public void restart(StateTable table, int row) {
        forget(table, row);
        table.clear(row);
        initialize(table, row);
    }

    /** Takes in rows of a batch; see {@link Accumulator#update}. */
    public void update(StateTable table, Batch batch, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        if (passingBatchRows.length < count) {
            passingBatchRows = new int[count];
            passingStateRows = new int[count];
            passingSigns = new byte[count];
            ids = new long[count];
        }
        plain.forEach((filter, accumulators) -> {
            if (filter == NONE) {
                for (Accumulator accumulator : accumulators) {
                    accumulator.update(table, batch, batchRows, stateRows, signs, count);
                }
                return;
            }
            int passing = pass(batch.column(filter), batchRows, stateRows, signs, count);
            if (passing > 0) {
                for (Accumulator accumulator : accumulators) {
                    accumulator.update(
                            table,
                            batch,
                            passingBatchRows,
                            passingStateRows,
                            signs == null ? null : passingSigns,
                            passing);
                }
            }
        });
        if (!distincts.isEmpty()) {
            for (int i = 0; i < count; i++) {
                ids[i] = table.get(stateRows[i], groupIdColumn);
            }
            for (Distinct distinct : distincts.values()) {
                distinct.update(table, batch, batchRows, stateRows, ids, signs, count);
            }
        }
    }

    private int pass(Column filter, int[] batchRows, int[] stateRows, byte[] signs, int count) {
        int passing = 0;
        for (int i = 0; i < count; i++) {
            if (Distinct.passes(filter, batchRows[i])) {
                passingBatchRows[passing] = batchRows[i];
                passingStateRows[passing] = stateRows[i];
                if (signs != null) {
                    passingSigns[passing] = signs[i];
                }
                passing++;
            }
        }
        return passing;
    }

    /**
     * Adds the values of another group, as of another slice of the same window. Where there are distinct values, both are
     * of the same table, and the other group is forgotten after that.
     */
    public void merge(StateTable into, int intoRow, StateTable from, int fromRow) {
        for (Accumulator accumulator : mergeable) {
            accumulator.merge(into, intoRow, from, fromRow);
        }
        for (Distinct distinct : distincts.values()) {
            distinct.merge(into, intoRow, into.get(intoRow, groupIdColumn), from.get(fromRow, groupIdColumn));
        }
    }

    /** Whether all rows of a group have been taken back. */
    public boolean isEmpty(StateTable table, int row) {
        return rows != null && table.get(row, rows.column()) <= 0;
    }

    public int keyCount() {
        return keyCount;
    }

    /** The same, whose last call is kept in state but is none of the results. */
    public Aggregation withoutLast() {
        hidden = 1;
        return this;
    }

    int results() {
        return results.size() - hidden;
    }

    /** Writes the result of a call. */
    void result(int call, StateTable table, long[] cells, int base, Column target, int targetRow) {
        results.get(call).result(table, cells, base, target, targetRow);
    }
}
