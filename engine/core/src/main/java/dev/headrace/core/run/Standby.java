package dev.headrace.core.run;

import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.TaskState.Key;
import dev.headrace.core.snapshot.Holding;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.TableReader;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.upgrade.TableFit;
import dev.headrace.core.upgrade.UpgradePlan;
import dev.headrace.core.upgrade.UpgradeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * State held ready for a job that is to take over from another process: its tables as the latest snapshot has them, brought up
 * to each later one by {@link #follow}. The job that is opened with it reads only what has come since, so the pause of a
 * takeover does not grow with state.
 *
 * <p>Nothing is claimed or written, and nothing depends on it: what it lacks is read when the job is opened. It lacks
 * tables whose rows are converted for a changed job, and those for which the memory for rows is not enough.
 *
 * <p>Used by one thread at a time.
 */
public final class Standby {
    private final JobGraph graph;
    private final JobOptions options;
    private final SnapshotStore store;
    /** Of the tables that the job wants, by step. */
    private final Map<String, List<StateSchema>> schemas = new LinkedHashMap<>();

    private final Map<String, Map<String, StateTables.Form>> forms = new HashMap<>();
    private final List<Share> shares = new ArrayList<>();
    private Optional<String> followed = Optional.empty();

    private Standby(JobGraph graph, JobOptions options, SnapshotStore store) {
        this.graph = graph;
        this.options = options;
        this.store = store;
        StateTables.forms(graph).forEach((step, tables) -> {
            Map<String, StateTables.Form> byName = new HashMap<>();
            tables.forEach(form -> byName.put(form.schema().name(), form));
            forms.put(step, byName);
            schemas.put(step, tables.stream().map(StateTables.Form::schema).toList());
        });
        for (int worker = 0; worker < options.workers(); worker++) {
            shares.add(new Share(worker));
        }
    }

    /** For a job that will be opened with these options; empty at first. */
    public static Standby of(JobPlan plan, JobOptions options) {
        return new Standby(
                JobGraph.of(plan, options.workers()),
                options,
                new SnapshotStore(options.snapshots().orElseThrow()));
    }

    /**
     * Brings the tables up to the snapshot that the job would now start from.
     *
     * @throws IOException when storage fails, or has removed a snapshot while it was read; what could be read is there, and the
     *     same call may be made again
     */
    public void follow() throws IOException {
        Optional<String> newest = options.restoreFrom().isPresent() ? options.restoreFrom() : store.newestName();
        if (newest.isEmpty() || newest.equals(followed)) {
            return;
        }
        List<Manifest> manifests = Takeover.manifests(store.list());
        Optional<Manifest> from =
                Takeover.from(store, options, graph, manifests).map(SnapshotStore.Named::manifest);
        Map<Key, Manifest.TableState> wanted =
                from.isEmpty() ? Map.of() : wanted(from.get().committed(), manifests);
        if (wanted.isEmpty()) {
            shares.forEach(share -> share.tables.clear());
        } else {
            followAll(from.get(), wanted);
        }
        followed = newest;
    }

    /** The tables that the job would take over as they are. */
    private Map<Key, Manifest.TableState> wanted(Manifest from, List<Manifest> manifests) {
        UpgradePlan plan = Takeover.compare(from, manifests, graph, schemas);
        if (UpgradeText.refusal(plan, from, options.onChange()).isPresent()) {
            return Map.of();
        }
        Map<Key, Manifest.TableState> wanted = new LinkedHashMap<>();
        for (UpgradePlan.StepChange step : plan.steps()) {
            for (TableFit fit : step.fits()) {
                String name = fit.wanted().name();
                for (Manifest.TableState table : from.tables()) {
                    if (fit.isSame()
                            && table.operator().equals(step.from())
                            && table.table().equals(name)) {
                        wanted.put(new Key(step.operator(), name, table.namespace()), table);
                    }
                }
            }
        }
        return wanted;
    }

    private void followAll(Manifest from, Map<Key, Manifest.TableState> wanted) throws IOException {
        if (!options.parallelRestore()) {
            for (Share share : shares) {
                share.follow(from, wanted, Optional.empty());
            }
            return;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(options.workers());
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> done = shares.stream()
                    .map(share -> CompletableFuture.runAsync(
                            () -> share.followUnchecked(from, wanted, Optional.of(readers)), threads))
                    .toList();
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case UncheckedIOException io -> throw io.getCause();
                case RuntimeException cause -> throw cause;
                default -> throw e;
            }
        }
    }

    /** Rows held. */
    public long rows() {
        return shares.stream()
                .flatMap(share -> share.tables.values().stream())
                .mapToLong(table -> table.table().size())
                .sum();
    }

    /** What one worker of the job can go on with. */
    Share share(int worker) {
        return shares.get(worker);
    }

    /** The tables of one worker. */
    final class Share {
        private final Map<Key, StandbyTable> tables = new HashMap<>();
        /** For which memory was not enough. */
        private final Set<Key> tooLarge = new HashSet<>();

        private final int worker;

        private Share(int worker) {
            this.worker = worker;
        }

        private void followUnchecked(
                Manifest from, Map<Key, Manifest.TableState> wanted, Optional<ExecutorService> executor) {
            try {
                follow(from, wanted, executor);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void follow(Manifest from, Map<Key, Manifest.TableState> wanted, Optional<ExecutorService> executor)
                throws IOException {
            tables.keySet().retainAll(wanted.keySet());
            TableReader reader = new TableReader(
                    store,
                    KeyGroups.first(worker, options.workers()),
                    KeyGroups.first(worker + 1, options.workers()),
                    executor);
            for (Map.Entry<Key, Manifest.TableState> entry : wanted.entrySet()) {
                Key key = entry.getKey();
                StateTables.Form form =
                        forms.getOrDefault(key.operator(), Map.of()).get(key.table());
                if (form != null && !tooLarge.contains(key)) {
                    // Out of the map while it changes: a table that has failed half-way is gone.
                    Optional<StandbyTable> before = Optional.ofNullable(tables.remove(key));
                    bring(before, reader, form, from, entry.getValue(), key);
                }
            }
        }

        private void bring(
                Optional<StandbyTable> before,
                TableReader reader,
                StateTables.Form form,
                Manifest from,
                Manifest.TableState state,
                Key key)
                throws IOException {
            long others = memory();
            StandbyTable.Room room = bytes -> {
                // As much as a job that restores its state keeps in memory.
                if (others + bytes > options.rowMemory() / 8 * 7) {
                    throw new StandbyTable.Full();
                }
            };
            Holding target = Holding.of(from, state);
            try {
                if (before.isPresent() && before.get().leadsTo(target)) {
                    before.get().advance(reader, target, room);
                    tables.put(key, before.get());
                } else {
                    tables.put(key, StandbyTable.filled(reader, form, from, state, room));
                }
            } catch (StandbyTable.Full _) {
                tooLarge.add(key);
            }
        }

        private long memory() {
            return tables.values().stream().mapToLong(StandbyTable::memory).sum();
        }

        /** Gives away the table, if it can become what the job wants. */
        Optional<StandbyTable> take(Key key, StateSchema schema, Access access, Holding target) {
            return Optional.ofNullable(tables.remove(key)).filter(table -> table.serves(schema, access, target));
        }
    }
}
