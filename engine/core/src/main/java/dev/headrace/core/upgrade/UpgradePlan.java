package dev.headrace.core.upgrade;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.state.StateSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a job takes over of a snapshot.
 *
 * @param changed whether the job is another than the one that wrote the snapshot
 * @param steps first those of the job, inputs before consumers, then those that it no longer has
 */
public record UpgradePlan(boolean changed, List<StepChange> steps, List<TableChange> sources, List<TableChange> sinks) {

    /** What becomes of the state of a step. */
    public enum Fate {
        /** Taken over as it is, or without columns that nobody needs any more. */
        REUSED,
        /** Taken over; aggregate calls that are new begin with the rows to come. */
        EXTENDED,
        /** Starts empty and lacks nothing, since it reads only tables that are read from their start. */
        NEW,
        /** Would have to be made of rows that have been read already. */
        REBUILT,
        /** No longer needed. */
        DROPPED
    }

    /**
     * @param operator identity of the step in the job; of a dropped one, in the snapshot
     * @param step the step in a few words
     * @param from identity in the snapshot of the step whose state it takes over, empty for none
     * @param fits for each of its tables, how saved rows become its rows; where it takes over any
     * @param why what is added, or what is lacking; may be empty
     */
    public record StepChange(String operator, String step, Fate fate, String from, List<TableFit> fits, String why) {}

    /** What becomes of the positions of a source, or of a sink. */
    public enum Use {
        KEPT,
        NEW,
        DROPPED
    }

    /**
     * @param identity see {@link JobGraph.Node#identity}
     * @param count splits with positions, or what a sink has prepared
     */
    public record TableChange(String identity, Use use, int count) {
        /** Name and connector, without the digest of what it stands for. */
        public String table() {
            return identity.replaceAll(" [0-9a-f]{8}(#\\d+)?$", "$1");
        }
    }

    public UpgradePlan {
        steps = List.copyOf(steps);
        sources = List.copyOf(sources);
        sinks = List.copyOf(sinks);
    }

    /** @param tables of the job's steps that keep state, by identity */
    public static UpgradePlan of(Manifest manifest, JobGraph graph, Map<String, List<StateSchema>> tables) {
        Set<String> read =
                manifest.splits().stream().map(Manifest.SplitState::scan).collect(Collectors.toSet());
        List<StepChange> steps = steps(manifest, graph, tables, read);
        return new UpgradePlan(
                !manifest.plan().equals(graph.text()),
                steps,
                uses(
                        identities(graph, p -> p instanceof Plan.Scan || p instanceof Plan.Values),
                        counts(manifest.splits().stream()
                                .map(Manifest.SplitState::scan)
                                .toList())),
                uses(
                        identities(graph, Plan.SinkPlan.class::isInstance),
                        manifest.sinks().stream()
                                .collect(Collectors.toMap(
                                        Manifest.SinkState::sink,
                                        s -> s.committables().size()))));
    }

    private static List<StepChange> steps(
            Manifest manifest, JobGraph graph, Map<String, List<StateSchema>> tables, Set<String> read) {
        List<StepChange> steps = new ArrayList<>();
        Set<String> used = new HashSet<>();
        boolean[] readsOld = new boolean[graph.nodes().size()];
        // Whether the node's output begins anew although it takes back what it had said.
        boolean[] restarts = new boolean[graph.nodes().size()];
        for (JobGraph.Node node : graph.nodes()) {
            boolean inputRestarts = false;
            readsOld[node.id()] = read.contains(node.identity());
            for (JobGraph.Edge edge : node.inputs()) {
                readsOld[node.id()] |= readsOld[edge.from()];
                inputRestarts |= restarts[edge.from()];
            }
            List<StateSchema> wanted = tables.getOrDefault(node.identity(), List.of());
            StepChange change = null;
            if (!wanted.isEmpty()) {
                change = change(node, wanted, manifest, readsOld[node.id()], inputRestarts);
                steps.add(change);
                used.add(change.from());
            }
            boolean changes = node.plan().mode() != ChangelogMode.INSERT_ONLY;
            restarts[node.id()] = changes && (inputRestarts || change != null && change.fate() == Fate.REBUILT);
        }
        manifest.steps().stream()
                .filter(old -> !used.contains(old.operator()))
                .forEach(old -> steps.add(new StepChange(old.operator(), old.step(), Fate.DROPPED, "", List.of(), "")));
        return steps;
    }

    private static StepChange change(
            JobGraph.Node node, List<StateSchema> wanted, Manifest manifest, boolean readsOld, boolean inputRestarts) {
        String step = node.meaning().step();
        String why = "";
        Candidate best = null;
        for (Manifest.StepState old : manifest.steps()) {
            if (!old.family().equals(node.meaning().family())) {
                continue;
            }
            Candidate candidate = Candidate.of(old, wanted);
            if (candidate.fits().isEmpty()) {
                why = candidate.reason();
            } else if (best == null || candidate.isBetterThan(best)) {
                best = candidate;
            }
        }
        if (best != null && inputRestarts) {
            return new StepChange(
                    node.identity(),
                    step,
                    Fate.REBUILT,
                    "",
                    List.of(),
                    "what it reads begins anew, and would count twice");
        }
        if (best != null) {
            return new StepChange(
                    node.identity(),
                    step,
                    best.added().isEmpty() ? Fate.REUSED : Fate.EXTENDED,
                    best.old().operator(),
                    best.fits().orElseThrow(),
                    String.join(", ", best.added()));
        }
        return new StepChange(node.identity(), step, readsOld ? Fate.REBUILT : Fate.NEW, "", List.of(), why);
    }

    /** A saved step of the same family, and how its tables fit; empty where they do not. */
    private record Candidate(
            Manifest.StepState old, Optional<List<TableFit>> fits, Set<String> added, int dropped, String reason) {

        static Candidate of(Manifest.StepState old, List<StateSchema> wanted) {
            List<TableFit> fits = new ArrayList<>();
            Set<String> added = new TreeSet<>();
            int columns =
                    old.tables().stream().mapToInt(t -> t.columns().size()).sum();
            for (StateSchema schema : wanted) {
                Optional<Manifest.SchemaState> saved = old.tables().stream()
                        .filter(t -> t.table().equals(schema.name()))
                        .findFirst();
                TableFit.Result result = saved.map(s -> TableFit.of(schema, s))
                        .orElseGet(() -> TableFit.Result.none("its state lacks " + schema.name()));
                if (result.fit().isEmpty()) {
                    return new Candidate(old, Optional.empty(), Set.of(), 0, result.reason());
                }
                TableFit fit = result.fit().get();
                fits.add(fit);
                added.addAll(fit.added());
                columns -= (int)
                        fit.from().stream().filter(c -> c != TableFit.ADDED).count();
            }
            return new Candidate(old, Optional.of(fits), added, columns, "");
        }

        boolean isBetterThan(Candidate other) {
            return added.size() != other.added.size() ? added.size() < other.added.size() : dropped < other.dropped;
        }
    }

    private static List<String> identities(JobGraph graph, Predicate<Plan> which) {
        return graph.nodes().stream()
                .filter(n -> which.test(n.plan()))
                .map(JobGraph.Node::identity)
                .toList();
    }

    private static Map<String, Integer> counts(List<String> all) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.forEach(one -> counts.merge(one, 1, Integer::sum));
        return counts;
    }

    private static List<TableChange> uses(List<String> now, Map<String, Integer> before) {
        List<TableChange> uses = new ArrayList<>();
        now.forEach(n ->
                uses.add(new TableChange(n, before.containsKey(n) ? Use.KEPT : Use.NEW, before.getOrDefault(n, 0))));
        before.forEach((old, count) -> {
            if (!now.contains(old)) {
                uses.add(new TableChange(old, Use.DROPPED, count));
            }
        });
        return uses;
    }

    /** The steps of a fate. */
    public List<StepChange> steps(Fate fate) {
        return steps.stream().filter(s -> s.fate() == fate).toList();
    }

    /** Steps whose results would lack rows that have been read already. */
    public List<StepChange> lacking() {
        return steps.stream()
                .filter(s -> s.fate() == Fate.REBUILT || s.fate() == Fate.EXTENDED)
                .toList();
    }

    /** Sinks that the job no longer has, and of which the snapshot holds output that may not be visible yet. */
    public List<TableChange> unfinished() {
        return sinks.stream()
                .filter(s -> s.use() == Use.DROPPED && s.count() > 0)
                .toList();
    }
}
