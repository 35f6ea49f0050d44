package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.objects.Matching;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Optional;

/** Writes to the API server: whole new objects, server-side, and only where what is there differs. */
final class Writer {
    private Writer() {}

    /** Makes an object as it is wanted. */
    static void apply(HasMetadata wanted, Optional<? extends HasMetadata> actual, Context<?> context) {
        boolean leaves = actual.filter(is -> is.getMetadata().getDeletionTimestamp() != null)
                .isPresent();
        if (!leaves && actual.filter(is -> Matching.matches(is, wanted)).isEmpty()) {
            context.resourceOperations().serverSideApply(wanted);
        }
    }

    /** Removes an object with what it owns, in the background. */
    static void remove(HasMetadata object, KubernetesClient client) {
        if (object.getMetadata().getDeletionTimestamp() == null) {
            client.resource(object).delete();
        }
    }

    /**
     * Writes a status where it differs, on top of the very version that was read: whoever decides on an old one fails here, before
     * anything is done.
     *
     * @return whether it was written
     */
    static boolean status(StreamJob job, StreamJobStatus status, Context<StreamJob> context) {
        if (status.equals(job.getStatus())) {
            return false;
        }
        StreamJob fresh = new StreamJob();
        fresh.setMetadata(new ObjectMetaBuilder()
                .withName(job.getMetadata().getName())
                .withNamespace(job.getMetadata().getNamespace())
                .withResourceVersion(job.getMetadata().getResourceVersion())
                .build());
        fresh.setStatus(status);
        fresh.setSpec(null);
        context.resourceOperations().serverSideApplyPrimaryStatus(fresh);
        return true;
    }
}
