package dev.headrace.core.operator;

import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.expression.InterpretingCompiler;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.snapshot.TableReader;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.MemorySpillStore;
import dev.headrace.core.state.SpillStore;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an operator gets, for tests: state tables that can be saved, and filled from what several others saved. */
public final class TestContext implements OperatorContext {
    private final Map<Key, StateTable> tables = new LinkedHashMap<>();
    private final Map<Key, List<StateDelta>> saved;
    private final int worker;
    private final int workers;
    private final long[] millis;
    private final SpillStore store = new MemorySpillStore();
    private long sequence;
    private long spilled;

    public record Key(String table, long namespace) {}

    public TestContext() {
        this(new HashMap<>(), 0, 1, new long[1], 0);
    }

    /** @param saved what tables are filled from, oldest first */
    TestContext(Map<Key, List<StateDelta>> saved, int worker, int workers, long[] millis, long sequence) {
        this.saved = saved;
        this.worker = worker;
        this.workers = workers;
        this.millis = millis;
        this.sequence = sequence;
    }

    @Override
    public StateTable table(StateSchema schema, Access access, long namespace) {
        return tables.computeIfAbsent(new Key(schema.name(), namespace), key -> {
            StateTable table = new StateTable(schema, access);
            table.spillInto(store);
            StateDelta rows = TableReader.merged(saved.getOrDefault(key, List.of()), schema);
            int from = rows.offsets()[KeyGroups.first(worker, workers)];
            int to = rows.offsets()[KeyGroups.first(worker + 1, workers)];
            table.restore(Arrays.copyOfRange(rows.bytes(), from, to));
            return table;
        });
    }

    @Override
    public void drop(StateTable table, long namespace) {
        if (tables.remove(new Key(table.schema().name(), namespace)) != table) {
            throw new IllegalStateException("dropped a table that is not there");
        }
        table.drop();
    }

    @Override
    public List<Long> namespaces(String schemaName) {
        return saved.keySet().stream()
                .filter(k -> k.table().equals(schemaName))
                .map(Key::namespace)
                .sorted()
                .toList();
    }

    /** Adds what has changed to {@code target}; tables that are gone go. */
    void save(Map<Key, List<StateDelta>> target) {
        tables.forEach((key, table) -> {
            target.computeIfAbsent(key, k -> new ArrayList<>()).addAll(table.takeUnsaved());
        });
    }

    java.util.Set<Key> tables() {
        return tables.keySet();
    }

    public void compact() {
        tables.values().forEach(StateTable::compact);
    }

    /** Spills whatever can be. */
    void spill() {
        tables.values().forEach(t -> spilled += t.evict(Integer.MAX_VALUE));
    }

    /** Rows that have been spilled so far, each time counted. */
    long spilled() {
        return spilled;
    }

    public long memory() {
        return tables.values().stream().mapToLong(StateTable::memory).sum();
    }

    public long rows() {
        return tables.values().stream().mapToLong(t -> t.size() + t.spilled()).sum();
    }

    @Override
    public String meaning(int input, int column) {
        return "input " + input + " column " + column;
    }

    @Override
    public String meaning(AggregateCall call) {
        return call.toString();
    }

    @Override
    public ExpressionCompiler compiler() {
        return new InterpretingCompiler();
    }

    @Override
    public InstantSource clock() {
        return () -> Instant.ofEpochMilli(millis[0]);
    }

    @Override
    public long nextSequence() {
        return ++sequence;
    }
}
