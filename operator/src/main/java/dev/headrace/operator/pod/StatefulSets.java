package dev.headrace.operator.pod;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What Kubernetes tells of a StatefulSet of one pod. */
public final class StatefulSets {
    private static final String FAILED = "FailedCreate";

    private StatefulSets() {}

    /** How many pods it is to have. */
    public static int replicas(StatefulSet set) {
        return Optional.ofNullable(set.getSpec().getReplicas()).orElse(0);
    }

    /**
     * That it has no pod, and why. A StatefulSet has no condition for that: its controller tells it in an event. One that is older than
     * what the controller last wrote into the status, which is when it has made a pod or lost one, is of an earlier attempt.
     */
    public static Optional<PodSeen> refused(StatefulSet set, Optional<Warning> warning) {
        return warning.filter(said -> said.reason().equals(FAILED))
                .filter(said -> replicas(set) > 0 && !said.at().isBefore(statusWritten(set)))
                .map(said -> new PodSeen.Refused(PodRefusals.sentence(said.note()), said.since()));
    }

    private static Instant statusWritten(StatefulSet set) {
        return Optional.ofNullable(set.getMetadata().getManagedFields()).orElse(List.of()).stream()
                .filter(entry -> "status".equals(entry.getSubresource()))
                .map(ManagedFieldsEntry::getTime)
                .map(Instant::parse)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }
}
