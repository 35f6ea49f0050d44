package dev.headrace.runtime.pod;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.Standby;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.core.upgrade.UpgradeText;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.runtime.log.Log;
import dev.headrace.sql.SqlPlanner;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A job that has been planned: it can be opened as often as need be. */
final class PreparedJob {
    private final JobSetup setup;
    private final SqlPlanner.Result planned;
    private final JobOptions options;
    private final SnapshotStore store;

    private PreparedJob(JobSetup setup, SqlPlanner.Result planned, JobOptions options) {
        this.setup = setup;
        this.planned = planned;
        this.options = options;
        store = new SnapshotStore(options.snapshots().orElseThrow());
    }

    /**
     * Reads and plans.
     *
     * @throws UserError when the job is wrong; places are {@code spec.sql:line:column}, in the SQL, since the user's YAML
     *     need not have the lines of the file that the pod has
     */
    static PreparedJob of(PodOptions pod, JobFile file) {
        JobSetup setup = new JobSetup(file.name(), file.base(), file.settings(), Optional.empty());
        try {
            SqlPlanner.Result planned = plan(setup, file);
            planned.job().notes().forEach(note -> Log.info("note: " + note));
            if (planned.job().sinks().isEmpty()) {
                throw UserError.request("spec.sql: the script writes nothing; it needs an INSERT INTO");
            }
            if (file.snapshots().storage().isEmpty()) {
                throw UserError.request("'spec.snapshots.storage' is missing; a pod keeps its job's state there");
            }
            JobOptions options =
                    setup.options(file, planned.job(), pod.workers(), false).withRevision(pod.revision());
            return new PreparedJob(setup, planned, options);
        } catch (RuntimeException e) {
            setup.close();
            throw e;
        }
    }

    private static SqlPlanner.Result plan(JobSetup setup, JobFile file) {
        try {
            return setup.plan(file.sql());
        } catch (UserError e) {
            String separator = e.getMessage().matches("(?s)\\d+:\\d+: .*") ? ":" : ": ";
            throw UserError.request("spec.sql" + separator + e.getMessage());
        }
    }

    SnapshotStore store() {
        return store;
    }

    /** What the latest snapshot says. */
    Optional<Stored> stored() {
        try {
            Optional<Manifest> latest = store.latest();
            if (latest.isEmpty()) {
                return Optional.empty();
            }
            Manifest manifest = latest.get();
            return Optional.of(new Stored(
                    manifest.id(),
                    manifest.revision(),
                    manifest.generation(),
                    manifest.finished(),
                    store.isStoppedAt(manifest.id()),
                    store.latestSnapshot().map(Manifest::revision)));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    UserError unusable(IOException e) {
        return UserError.job(
                "cannot use the snapshot storage " + store.uri() + ": " + Reason.of(e)
                        + ", or name another storage in spec.snapshots.storage",
                e);
    }

    /** Notes that the job was stopped, if its latest snapshot is of this revision. */
    void markStopped() throws IOException {
        Optional<Manifest> latest = store.latest();
        if (latest.isPresent() && latest.get().revision().equals(options.revision())) {
            store.markStopped(latest.get().id());
        }
    }

    /**
     * Throws an error where {@link #open} would not take the job over from the snapshot of that order.
     *
     * @return what would become of the state in it, where the job has changed
     */
    Optional<String> check(StartOrder order) {
        return StoredJob.check(planned.job(), ordered(order)).flatMap(UpgradeText::summary);
    }

    /**
     * A job that has been opened.
     *
     * @param from the snapshot that it started from, as the order names it; empty for a start with empty state
     */
    record Opened(Job job, Optional<String> from) {}

    /** @param standby holds state ready for the job */
    Opened open(StartOrder order, Optional<Standby> standby) {
        JobOptions ordered = ordered(order);
        Job job = setup.open(planned.job(), ordered, standby);
        return new Opened(
                job,
                job.origin()
                        .map(name -> ordered.restoreFrom().equals(Optional.of(name))
                                ? order.words(store.uri()).orElse(name)
                                : name));
    }

    /** What holds state ready for the job that {@link #open} opens by that order; empty where it would start with none. */
    Optional<Standby> standby(StartOrder order) {
        return order.fresh() ? Optional.empty() : Optional.of(Standby.of(planned.job(), ordered(order)));
    }

    Duration snapshotInterval() {
        return options.snapshotInterval();
    }

    /** Has the sinks commit what the last snapshot of a finished job may have left. */
    void settle() {
        StoredJob.settle(planned.job(), options, setup.connections());
    }

    private JobOptions ordered(StartOrder order) {
        JobOptions ordered = options.withFresh(order.fresh()).withOwnSnapshot(order.own());
        return order.snapshot(store.uri())
                .map(this::here)
                .map(ordered::withRestoreFrom)
                .orElse(ordered);
    }

    /** The name of a snapshot in the job's storage, into which it is copied if it is not there. */
    private String here(StartOrder.Snapshot snapshot) {
        if (snapshot.storage().equals(store.uri())) {
            return snapshot.name();
        }
        SnapshotStore other = new SnapshotStore(setup.storage(snapshot.storage()));
        try {
            return store.adopt(other, snapshot.name())
                    .orElseThrow(() -> UserError.request("there is no snapshot " + snapshot.name() + " in "
                            + other.uri() + "; headrace snapshot ls shows those there are"));
        } catch (IOException e) {
            throw UserError.job(
                    "cannot copy the snapshot " + snapshot.name() + " from " + other.uri() + ": " + Reason.of(e), e);
        }
    }
}
