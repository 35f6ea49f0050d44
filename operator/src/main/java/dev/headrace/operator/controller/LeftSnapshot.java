package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotSpec;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.status.Times;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Map;
import java.util.Optional;

/** The state that a deleted job leaves, and the Snapshot by which it is found again. */
record LeftSnapshot(
        String name,
        String path,
        Optional<Long> bytes,
        Optional<Long> durationMillis,
        Optional<Map<String, Object>> offsets,
        String at) {

    /** The last one of a job that has finished. */
    static LeftSnapshot of(StreamJobStatus.LastSnapshot last) {
        return new LeftSnapshot(
                last.name(),
                last.path(),
                Optional.ofNullable(last.bytes()),
                Optional.ofNullable(last.durationMillis()),
                Optional.empty(),
                last.at());
    }

    /** The same, as its pod tells it. */
    static LeftSnapshot of(PodState.LastSnapshot last) {
        return new LeftSnapshot(
                last.name(),
                last.path(),
                Optional.of(last.bytes()),
                Optional.of(last.durationMillis()),
                Optional.empty(),
                Times.text(last.at()));
    }

    /** The savepoint with which the job has stopped. */
    static LeftSnapshot of(String savepoint, SavepointState.Completed completed, String at) {
        return new LeftSnapshot(
                savepoint,
                completed.path(),
                Optional.of(completed.bytes()),
                Optional.of(completed.durationMillis()),
                Optional.of(completed.offsets()),
                at);
    }

    /** The last snapshot, where the job had stopped without a savepoint. */
    static LeftSnapshot pinned(String savepoint, String path, String at) {
        return new LeftSnapshot(savepoint, path, Optional.empty(), Optional.empty(), Optional.empty(), at);
    }

    /**
     * Writes the Snapshot, which the job does not own.
     *
     * @param access with what storage is reached, see {@link dev.headrace.operator.job.JobYaml#access}
     */
    void record(StreamJob job, Optional<String> revision, String access, Context<StreamJob> context) {
        Snapshot snapshot = new Snapshot();
        snapshot.setMetadata(meta(job).toBuilder()
                .withLabels(Map.of(Names.JOB, job.getMetadata().getName()))
                .build());
        snapshot.setSpec(new SnapshotSpec(job.getMetadata().getName(), null));
        context.resourceOperations().serverSideApply(snapshot);
        Snapshot status = new Snapshot();
        status.setMetadata(meta(job));
        status.setSpec(null);
        status.setStatus(new SnapshotStatus(
                1L,
                SnapshotPhase.Completed.name(),
                SnapshotPhase.Completed.sentence(),
                revision.orElse(null),
                SavepointState.storage(path),
                name,
                access,
                path,
                bytes.orElse(null),
                durationMillis.orElse(null),
                offsets.orElse(null),
                at,
                at,
                null,
                null));
        context.resourceOperations().serverSideApplyStatus(status);
    }

    private static ObjectMeta meta(StreamJob job) {
        return new ObjectMetaBuilder()
                .withName(job.getMetadata().getName() + "-delete-"
                        + job.getMetadata().getUid().substring(0, 8))
                .withNamespace(job.getMetadata().getNamespace())
                .build();
    }
}
