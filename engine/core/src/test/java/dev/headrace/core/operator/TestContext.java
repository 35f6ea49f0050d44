package dev.headrace.core.operator;

import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.expression.InterpretingCompiler;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
    private long sequence;

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
    public StateTable table(StateSchema schema, boolean indexed, long namespace) {
        return tables.computeIfAbsent(new Key(schema.name(), namespace), key -> {
            StateTable table = new StateTable(schema, indexed);
            table.beginRestore();
            for (StateDelta delta : saved.getOrDefault(key, List.of())) {
                int from = delta.offsets()[KeyGroups.first(worker, workers)];
                int to = delta.offsets()[KeyGroups.first(worker + 1, workers)];
                table.restore(delta.bytes(), from, to);
            }
            table.endRestore(indexed);
            return table;
        });
    }

    @Override
    public void drop(StateTable table, long namespace) {
        if (tables.remove(new Key(table.schema().name(), namespace)) != table) {
            throw new IllegalStateException("dropped a table that is not there");
        }
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
            StateDelta.Writer writer = new StateDelta.Writer();
            table.drainUnsaved(writer);
            target.computeIfAbsent(key, k -> new ArrayList<>()).add(writer.finish());
        });
    }

    java.util.Set<Key> tables() {
        return tables.keySet();
    }

    public void compact() {
        tables.values().forEach(StateTable::compact);
    }

    public long memory() {
        return tables.values().stream().mapToLong(StateTable::memory).sum();
    }

    public long rows() {
        return tables.values().stream().mapToLong(StateTable::size).sum();
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
