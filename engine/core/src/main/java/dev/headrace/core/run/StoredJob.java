package dev.headrace.core.run;

import dev.headrace.api.connect.Sink;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.core.upgrade.UpgradePlan;
import dev.headrace.core.upgrade.UpgradeText;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job as its snapshot storage has it: how far it has come there, and how another plan or another process would go on from it. No
 * job is opened for that.
 */
public final class StoredJob {
    private StoredJob() {}

    /** The latest snapshot that {@link Job#open} would start from. */
    public static Optional<Manifest> latest(JobOptions options) {
        if (options.snapshots().isEmpty() || options.fresh()) {
            return Optional.empty();
        }
        SnapshotStore store = new SnapshotStore(options.snapshots().get());
        try {
            return store.latest();
        } catch (IOException e) {
            throw Takeover.unusable(store, e);
        }
    }

    /**
     * Finds out whether the job has nothing left to do: its last snapshot holds all of its output. The process that took
     * that snapshot may have been killed before its sinks had committed, so this commits what they had left.
     *
     * @return that snapshot, or empty when the job is to be opened and run, also because some of its output is lost
     * @throws UserError when the job has changed since
     */
    public static Optional<Manifest> settle(JobPlan plan, JobOptions options, Connections connections) {
        Optional<Manifest> last = latest(options).filter(Manifest::finished);
        if (last.isEmpty()) {
            return last;
        }
        JobGraph graph = JobGraph.of(plan, options.workers());
        Takeover.checkSame(last.get(), graph);
        Map<String, Sink> sinks = new LinkedHashMap<>();
        for (JobGraph.Node node : graph.nodes()) {
            if (node.plan() instanceof Plan.SinkPlan sink) {
                sinks.put(node.identity(), connections.sink(sink.table()));
            }
        }
        LeftOutput output = new LeftOutput(last.get(), sinks);
        if (output.step(LeftOutput.Torn.STOP) != LeftOutput.Step.COMMIT) {
            return Optional.empty();
        }
        output.commit();
        return last;
    }

    /**
     * Finds out whether {@link Job#open} would take the job over from its snapshot, without touching anything. A job that is
     * still running will be stopped in good order, so what it has to commit is taken for committed.
     *
     * @return how the job differs from the one that wrote the snapshot; empty where it would start anew
     * @throws UserError when it would not
     */
    public static Optional<UpgradePlan> check(JobPlan plan, JobOptions options) {
        return options.snapshots()
                .flatMap(store ->
                        Takeover.check(new SnapshotStore(store), options, JobGraph.of(plan, options.workers())));
    }

    /**
     * How a job would go on from the latest snapshot in a storage.
     *
     * @param refusal why it would not
     */
    public record Comparison(Manifest manifest, UpgradePlan upgrade, Optional<String> refusal) {}

    /**
     * Compares a job with the latest snapshot in a storage; changes nothing. A job that is still running will be stopped in
     * good order, so what it has to commit is taken for committed.
     */
    public static Comparison compare(JobPlan plan, ObjectStore snapshots, OnChange onChange) {
        SnapshotStore store = new SnapshotStore(snapshots);
        JobGraph graph = JobGraph.of(plan, 1);
        try {
            List<Manifest> manifests = Takeover.manifests(store.list());
            Manifest from = Takeover.start(manifests, "", graph)
                    .orElseThrow(() -> UserError.request("there is no snapshot in " + store.uri()));
            UpgradePlan upgrade = Takeover.compare(from.committed(), manifests, graph, StateTables.of(graph));
            return new Comparison(from, upgrade, UpgradeText.refusal(upgrade, from, onChange));
        } catch (IOException e) {
            throw Takeover.unusable(store, e);
        }
    }
}
