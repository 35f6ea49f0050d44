package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.type.Schema;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs an operator as one or several workers would: rows go to workers by the hash of their keys, and a snapshot can be
 * taken up by any number of workers. Rows and batches that come out are copied at once; text is checked by that, too.
 */
public final class OperatorHarness {
    /** Whether all that can be spilled is, at the end of each epoch. */
    public static final ThreadLocal<Boolean> SPILLING = ThreadLocal.withInitial(() -> false);

    private final Function<OperatorContext, Operator> factory;
    private final List<Schema> inputs;
    private final List<List<Integer>> keys;
    private final Schema outputSchema;
    private final Random noise;
    private final List<Change> output = new ArrayList<>();
    private final List<Change> late = new ArrayList<>();
    private final Map<TestContext.Key, List<StateDelta>> saved = new LinkedHashMap<>();
    private final long[] millis = new long[1];
    private final long[] inputWatermarks;
    private Worker[] workers;

    private final class Worker implements Output {
        final TestContext context;
        final Operator operator;
        long watermark = Operator.NO_WATERMARK;

        Worker(TestContext context) {
            this.context = context;
            operator = factory.apply(context);
            operator.connect(this);
            operator.connectLate(lateOutput());
            operator.restored();
        }

        @Override
        public void emit(Batch batch) {
            if (batch.columns() != outputSchema.size()) {
                throw new IllegalStateException("columns: " + batch.columns());
            }
            copy(batch, output);
        }

        @Override
        public void watermark(long newWatermark) {
            watermark = newWatermark;
        }
    }

    private Output lateOutput() {
        return new Output() {
            @Override
            public void emit(Batch batch) {
                copy(batch, late);
            }

            @Override
            public void watermark(long watermark) {
                throw new IllegalStateException("watermarks reach late rows without the operator");
            }
        };
    }

    private static void copy(Batch batch, List<Change> target) {
        for (int i = 0; i < batch.selected(); i++) {
            int row = batch.row(i);
            long rowWatermark = batch.hasWatermarks() ? batch.watermarks()[row] : Operator.NO_WATERMARK;
            target.add(new Change(ChangeKind.of(batch.kind(row)), Change.read(batch, row), rowWatermark));
        }
    }

    /**
     * @param keys for each input the columns by which its rows meet
     * @param noise puts rows that are not selected into batches; null for plain batches
     */
    public OperatorHarness(
            Function<OperatorContext, Operator> factory,
            List<Schema> inputs,
            List<List<Integer>> keys,
            Schema output,
            Random noise) {
        this.factory = factory;
        this.inputs = inputs;
        this.keys = keys;
        this.outputSchema = output;
        this.noise = noise;
        inputWatermarks = new long[inputs.size()];
        Arrays.fill(inputWatermarks, Operator.NO_WATERMARK);
        workers = new Worker[] {new Worker(new TestContext(saved, 0, 1, millis, 0))};
    }

    /** Hands rows over as one batch a worker. */
    public void process(int input, List<Change> changes) {
        Batch batch = batch(input, changes);
        int[] hashes = new int[batch.selected()];
        Hashing.hash(batch, keys.get(input).stream().mapToInt(Integer::intValue).toArray(), hashes);
        int[] all = new int[batch.selected()];
        for (int i = 0; i < all.length; i++) {
            all[i] = batch.row(i);
        }
        for (int w = 0; w < workers.length; w++) {
            int[] selection = new int[all.length];
            int count = 0;
            for (int i = 0; i < all.length; i++) {
                if (KeyGroups.owner(KeyGroups.of(hashes[i]), workers.length) == w) {
                    selection[count++] = all[i];
                }
            }
            if (count == batch.rows()) {
                batch.selectAll();
            } else {
                batch.select(selection, count);
            }
            if (count > 0) {
                workers[w].operator.process(input, batch);
            }
        }
    }

    public void process(int input, Change... changes) {
        process(input, Arrays.asList(changes));
    }

    private Batch batch(int input, List<Change> changes) {
        Batch batch = Batch.of(inputs.get(input).types(), Math.max(16, changes.size() * 2));
        batch.clear();
        int[] selection = new int[changes.size()];
        boolean changelog = changes.stream().anyMatch(c -> c.kind() != ChangeKind.INSERT);
        boolean watermarks = changes.stream().anyMatch(c -> c.watermark() != Operator.NO_WATERMARK);
        byte[] kinds = changelog ? batch.ownKinds(changes.size() * 2) : null;
        long[] rowWatermarks = watermarks ? batch.ownWatermarks(changes.size() * 2) : null;
        int row = 0;
        for (int i = 0; i < changes.size(); i++) {
            if (noise != null && noise.nextInt(4) == 0) {
                Change junk = changes.get(noise.nextInt(changes.size()));
                put(batch, row++, junk, kinds, rowWatermarks);
            }
            selection[i] = row;
            put(batch, row++, changes.get(i), kinds, rowWatermarks);
        }
        batch.setRows(row);
        if (row > changes.size()) {
            batch.select(selection, changes.size());
        }
        return batch;
    }

    private static void put(Batch batch, int row, Change change, byte[] kinds, long[] watermarks) {
        for (int c = 0; c < batch.columns(); c++) {
            Change.write(batch.column(c), row, change.row().get(c));
        }
        if (kinds != null) {
            kinds[row] = (byte) change.kind().ordinal();
        }
        if (watermarks != null) {
            watermarks[row] = change.watermark();
        }
    }

    /** The watermark of one input; the operator hears of it and of the minimum over inputs. */
    public void watermark(int input, long watermark) {
        long before = Arrays.stream(inputWatermarks).min().orElseThrow();
        inputWatermarks[input] = watermark;
        long now = Arrays.stream(inputWatermarks).min().orElseThrow();
        for (Worker worker : workers) {
            worker.operator.inputWatermark(input, watermark);
            if (now > before) {
                worker.operator.watermark(now);
            }
        }
    }

    public void processingTime(long newMillis) {
        millis[0] = newMillis;
        for (Worker worker : workers) {
            worker.operator.processingTime(newMillis);
        }
    }

    public void endEpoch() {
        for (Worker worker : workers) {
            worker.operator.endEpoch();
            worker.context.compact();
        }
        if (SPILLING.get()) {
            snapshot();
            for (Worker worker : workers) {
                worker.context.spill();
            }
        }
    }

    /** Ends the epoch, takes a snapshot and goes on from it with so many new workers. */
    public void restart(int count) {
        endEpoch();
        snapshot();
        long sequence = 0;
        for (Worker worker : workers) {
            worker.operator.close();
            sequence = Math.max(sequence, worker.context.nextSequence());
        }
        workers = new Worker[count];
        for (int w = 0; w < count; w++) {
            workers[w] = new Worker(new TestContext(saved, w, count, millis, sequence));
            for (int input = 0; input < inputs.size(); input++) {
                if (inputWatermarks[input] != Operator.NO_WATERMARK) {
                    workers[w].operator.inputWatermark(input, inputWatermarks[input]);
                }
            }
            long now = Arrays.stream(inputWatermarks).min().orElseThrow();
            if (now != Operator.NO_WATERMARK) {
                workers[w].operator.watermark(now);
            }
        }
    }

    /** Saves what has changed, after an epoch. */
    public void snapshot() {
        var present = new HashSet<TestContext.Key>();
        for (Worker worker : workers) {
            present.addAll(worker.context.tables());
            worker.context.save(saved);
        }
        saved.keySet().retainAll(present);
    }

    /** What has come out since the last call. */
    public List<Change> take() {
        List<Change> taken = List.copyOf(output);
        output.clear();
        return taken;
    }

    public List<Change> output() {
        return output;
    }

    /** The late rows that have been handed out. */
    public List<Change> late() {
        return late;
    }

    public long outputWatermark() {
        return Arrays.stream(workers).mapToLong(w -> w.watermark).min().orElseThrow();
    }

    public Operator operator() {
        return workers[0].operator;
    }

    public long stateRows() {
        return Arrays.stream(workers).mapToLong(w -> w.context.rows()).sum();
    }

    /** The table that a changelog without a key describes, as rows and how often each is there. */
    public static Map<List<Object>, Integer> fold(List<Change> changes) {
        Map<List<Object>, Integer> table = new HashMap<>();
        for (Change change : changes) {
            int count = table.merge(change.row(), change.adds() ? 1 : -1, Integer::sum);
            if (count == 0) {
                table.remove(change.row());
            } else if (count < 0) {
                throw new AssertionError("takes a row that is not there: " + change);
            }
        }
        return table;
    }

    /** The table that an UPSERT changelog describes, in the same form. */
    public static Map<List<Object>, Integer> foldByKey(List<Change> changes, List<Integer> key) {
        Map<List<Object>, List<Object>> rows = new HashMap<>();
        for (Change change : changes) {
            List<Object> found = key.stream().map(k -> change.row().get(k)).collect(Collectors.toList());
            switch (change.kind()) {
                case INSERT, UPDATE_AFTER -> rows.put(found, change.row());
                case DELETE -> rows.remove(found);
                case UPDATE_BEFORE -> throw new AssertionError("-U in an UPSERT changelog: " + change);
            }
        }
        return fold(rows.values().stream()
                .map(r -> new Change(ChangeKind.INSERT, r, Operator.NO_WATERMARK))
                .toList());
    }
}
