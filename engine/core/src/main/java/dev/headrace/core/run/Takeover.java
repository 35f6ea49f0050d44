package dev.headrace.core.run;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Layout;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.GoingOn;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.snapshot.SnapshotStore.Named;
import dev.headrace.core.snapshot.SnapshotWriter;
import dev.headrace.core.snapshot.StateMove;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.core.upgrade.TableFit;
import dev.headrace.core.upgrade.UpgradePlan;
import dev.headrace.core.upgrade.UpgradePlan.StepChange;
import dev.headrace.core.upgrade.UpgradePlan.Use;
import dev.headrace.core.upgrade.UpgradeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Taking a job over in its snapshot storage: finds the snapshot to start from, takes of it what the job needs, and claims
 * it, so that a process before this one can write no further.
 *
 * @param manifest the claim, under which this process goes on
 * @param from the snapshot that it goes on from; empty for a start with empty state
 * @param upgrade how the job differs from the one that wrote the snapshot; empty where there was none to start from
 */
record Takeover(SnapshotWriter writer, Manifest manifest, Optional<Named> from, Optional<UpgradePlan> upgrade) {

    static Takeover of(SnapshotStore store, JobOptions options, JobGraph graph) {
        try {
            while (true) {
                List<Named> there = store.list();
                Optional<Named> from = from(store, options, graph, manifests(there));
                Optional<Takeover> claimed = claim(store, options, graph, there, from);
                if (claimed.isPresent()) {
                    return claimed.get();
                }
                // Somebody else has just written: look again.
            }
        } catch (IOException e) {
            throw unusable(store, e);
        }
    }

    /**
     * Goes back to the snapshot before the last one, whose output has been withdrawn. The last one stays until it is removed
     * in its turn: as long as an id is taken, no process that was believed dead can write under it.
     */
    Takeover goBack(SnapshotStore store, JobOptions options, JobGraph graph) {
        try {
            List<Named> there = store.list();
            List<Manifest> before = new ArrayList<>(manifests(there));
            boolean isOurs = before.getLast().id() == manifest.id();
            while (!before.isEmpty() && before.removeLast().isClaim()) {
                // A claim of the last snapshot.
            }
            if (before.isEmpty()) {
                throw UserError.job("the output of snapshot " + manifest.id() + " in " + store.uri()
                        + " is lost, and there is no snapshot before it to go back to; run the job with --fresh");
            }
            Optional<Takeover> claimed = isOurs
                    ? claim(store, options, graph, there, Optional.of(named(before.getLast())))
                    : Optional.empty();
            return claimed.orElseThrow(() -> UserError.job("another process has taken over the job '" + options.name()
                    + "' in " + store.uri() + "; this one stops, nothing is lost"));
        } catch (IOException e) {
            throw unusable(store, e);
        }
    }

    static UserError unusable(SnapshotStore store, IOException e) {
        return UserError.job(
                "cannot use the snapshot storage " + store.uri() + ": " + Reason.of(e)
                        + (store.uri().contains("://") ? "" : "; make room or give the right to write there")
                        + ", or name another storage in spec.snapshots.storage",
                e);
    }

    /** Claims the job under the next id, to go on from a snapshot; empty if that id is taken by now. */
    private static Optional<Takeover> claim(
            SnapshotStore store, JobOptions options, JobGraph graph, List<Named> there, Optional<Named> origin)
            throws IOException {
        Map<String, List<StateSchema>> tables = StateTables.of(graph);
        List<Manifest> manifests = manifests(there);
        Optional<Manifest> from = origin.map(Named::manifest);
        boolean returns = from.filter(f -> hasCommitted(f, manifests)).isPresent();
        Manifest claim = new Manifest(
                Manifest.VERSION,
                (manifests.isEmpty() ? 0 : manifests.getLast().id()) + 1,
                manifests.stream().mapToLong(Manifest::generation).max().orElse(0) + 1,
                returns ? Manifest.Kind.RETURN : Manifest.Kind.CLAIM,
                options.name(),
                options.clock().millis(),
                false,
                List.of(),
                List.of(),
                sinks(graph, Map.of()),
                StateTables.steps(graph, tables),
                List.of(),
                Map.of(),
                graph.text(),
                options.revision());
        Optional<UpgradePlan> upgrade = Optional.empty();
        if (from.isPresent()) {
            UpgradePlan plan = compare(from.get(), manifests, graph, tables);
            refuse(UpgradeText.refusal(plan, from.get(), options.onChange()));
            claim = carried(claim, from.get(), plan, graph, store);
            upgrade = Optional.of(plan);
        }
        if (!store.create(claim)) {
            return Optional.empty();
        }
        SnapshotWriter writer = new SnapshotWriter(store, claim, manifests, options.keep());
        there.stream().filter(n -> n.name().startsWith("savepoints/")).forEach(n -> writer.protect(n.manifest()));
        return Optional.of(new Takeover(writer, claim, origin, upgrade));
    }

    /** Whether the sinks have committed what a snapshot holds: a later one has been taken. */
    private static boolean hasCommitted(Manifest from, List<Manifest> manifests) {
        return from.kind() == Manifest.Kind.RETURN
                || manifests.stream().anyMatch(m -> m.id() > from.id() && !m.isClaim());
    }

    /** See {@link StoredJob#check}. */
    static Optional<UpgradePlan> check(SnapshotStore store, JobOptions options, JobGraph graph) {
        try {
            List<Manifest> manifests = manifests(store.list());
            Optional<Manifest> from = from(store, options, graph, manifests).map(Named::manifest);
            if (from.isEmpty()) {
                return Optional.empty();
            }
            UpgradePlan plan = compare(from.get().committed(), manifests, graph, StateTables.of(graph));
            refuse(UpgradeText.refusal(plan, from.get(), options.onChange()));
            return Optional.of(plan);
        } catch (IOException e) {
            throw unusable(store, e);
        }
    }

    private static void refuse(Optional<String> why) {
        why.ifPresent(w -> {
            throw UserError.request(w);
        });
    }

    /** The snapshot to start from. */
    static Optional<Named> from(SnapshotStore store, JobOptions options, JobGraph graph, List<Manifest> manifests)
            throws IOException {
        if (!manifests.isEmpty()) {
            checkName(manifests.getLast(), store, options);
        }
        Optional<Named> goesOn = start(manifests, options.revision(), graph).map(Takeover::named);
        if (goesOnFromOwn(store, options, manifests)) {
            return goesOn;
        }
        if (options.restoreFrom().isPresent()) {
            return Optional.of(named(store, options.restoreFrom().get()));
        }
        return options.fresh() ? Optional.empty() : goesOn;
    }

    /** Whether it counts for more than what is ordered that the last snapshot is of this revision. */
    private static boolean goesOnFromOwn(SnapshotStore store, JobOptions options, List<Manifest> manifests) {
        Optional<Manifest> last = GoingOn.lastSnapshot(manifests);
        boolean own = last.filter(m -> m.revision().equals(options.revision())).isPresent();
        return switch (options.ownSnapshot()) {
            case IGNORED -> false;
            case PREFERRED -> own;
            case REQUIRED -> {
                if (last.isPresent() && !own) {
                    throw UserError.job("revision " + last.get().revision() + " of the job '" + options.name()
                            + "' has taken snapshot " + last.get().id() + " in " + store.uri()
                            + "; to go back behind it would write again what it has written, so revision "
                            + options.revision() + " does not start");
                }
                yield own;
            }
        };
    }

    private static Named named(SnapshotStore store, String name) throws IOException {
        return new Named(
                name,
                store.find(name)
                        .orElseThrow(() -> UserError.request("there is no snapshot " + name + " in " + store.uri()
                                + "; headrace snapshot ls shows those there are")));
    }

    private static Named named(Manifest manifest) {
        return new Named(SnapshotStore.manifestName(manifest.id()), manifest);
    }

    private static void checkName(Manifest latest, SnapshotStore store, JobOptions options) {
        if (!latest.job().equals(options.name())) {
            throw UserError.request(
                    "the snapshots in " + store.uri() + " are of the job '" + latest.job() + "', not of '"
                            + options.name() + "'; name another storage in spec.snapshots.storage, or remove them");
        }
    }

    static List<Manifest> manifests(List<Named> there) {
        return there.stream()
                .filter(n -> n.name().startsWith("manifests/"))
                .map(Named::manifest)
                .toList();
    }

    /** The manifest to go on from where nothing else is ordered. */
    static Optional<Manifest> start(List<Manifest> manifests, String revision, JobGraph graph) {
        return GoingOn.from(manifests, revision, graph.text());
    }

    /** @param manifests all there are */
    static UpgradePlan compare(
            Manifest from, List<Manifest> manifests, JobGraph graph, Map<String, List<StateSchema>> tables) {
        if (from.version() < 2 && !(from.splits().isEmpty() && from.tables().isEmpty())) {
            throw UserError.request("snapshot " + from.id() + " of the job '" + from.job()
                    + "' was written by an older Headrace, which did not say what its state means; run that one, or start"
                    + " anew with --fresh");
        }
        return UpgradePlan.of(hasCommitted(from, manifests) ? from.committed() : from, graph, tables);
    }

    private static List<Manifest.SinkState> sinks(JobGraph graph, Map<String, List<byte[]>> committables) {
        return graph.nodes().stream()
                .filter(n -> n.plan() instanceof Plan.SinkPlan)
                .map(n -> new Manifest.SinkState(n.identity(), committables.getOrDefault(n.identity(), List.of())))
                .toList();
    }

    /** The claim with all that the job takes over. */
    private static Manifest carried(
            Manifest claim, Manifest from, UpgradePlan plan, JobGraph graph, SnapshotStore store) throws IOException {
        StateMove move = new StateMove(store, claim.id(), claim.createdMillis());
        Map<String, Long> sequences = new LinkedHashMap<>();
        for (StepChange step : plan.steps()) {
            for (TableFit fit : step.fits()) {
                move(move, from, step, fit);
            }
            if (!step.from().isEmpty()) {
                sequences.put(step.operator(), from.sequences().getOrDefault(step.from(), 0L));
            }
        }
        List<String> kept = plan.sources().stream()
                .filter(s -> s.use() == Use.KEPT)
                .map(UpgradePlan.TableChange::identity)
                .toList();
        Map<String, List<byte[]>> committables = from.sinks().stream()
                .collect(Collectors.toMap(Manifest.SinkState::sink, Manifest.SinkState::committables));
        return claim.carrying(
                from.finished(),
                from.splits().stream().filter(s -> kept.contains(s.scan())).toList(),
                eventTimes(from, plan),
                sinks(graph, committables),
                move.finish(),
                sequences);
    }

    /** Event time of the steps that take over state: whoever asks for it keeps some. */
    private static List<Manifest.EventTime> eventTimes(Manifest from, UpgradePlan plan) {
        return plan.steps().stream()
                .flatMap(step -> from.eventTimes().stream()
                        .filter(e -> e.operator().equals(step.from()))
                        .map(e -> e.at(step.operator())))
                .toList();
    }

    private static void move(StateMove move, Manifest from, StepChange step, TableFit fit) throws IOException {
        String name = fit.wanted().name();
        List<Layout> layouts = from.steps().stream()
                .filter(s -> s.operator().equals(step.from()))
                .flatMap(s -> s.tables().stream())
                .filter(t -> t.table().equals(name))
                .flatMap(t -> t.columns().stream())
                .map(Manifest.ColumnState::layout)
                .toList();
        for (Manifest.TableState table : from.tables()) {
            if (table.operator().equals(step.from()) && table.table().equals(name)) {
                if (fit.isSame()) {
                    move.keep(table, step.operator(), fit.wanted());
                } else {
                    move.convert(table, step.operator(), fit.wanted(), layouts, fit.from());
                }
            }
        }
    }

    /** Refuses a job that is another than the one that has finished. */
    static void checkSame(Manifest finished, JobGraph graph) {
        UpgradePlan plan = new UpgradePlan(!finished.plan().equals(graph.text()), List.of(), List.of(), List.of());
        refuse(UpgradeText.refusal(plan, finished, OnChange.REBUILD));
    }
}
