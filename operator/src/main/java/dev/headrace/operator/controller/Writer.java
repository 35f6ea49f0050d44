package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.objects.Matching;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Optional;

/** Writes to the API server: whole new objects, server-side, and only where what is there differs. */
final class Writer {
    private Writer() {}

    /**
     * Makes an object as it is wanted. What is ours is set right by force, whoever has changed it. Where the cache has none of ours, the
     * API server is asked, for the cache knows neither others' nor ours that have lost their labels; what others have made is left alone.
     *
     * @param actual ours, as the cache has it
     */
    static <P extends HasMetadata> void apply(
            HasMetadata wanted, Optional<? extends HasMetadata> actual, Context<P> context) {
        Optional<? extends HasMetadata> ours = actual.isPresent() ? actual : ours(wanted, context.getClient());
        if (ours.isEmpty()) {
            context.resourceOperations()
                    .resourcePatch(
                            wanted,
                            object -> context.getClient()
                                    .resource(object)
                                    .fieldManager(Names.MANAGER)
                                    .serverSideApply());
        } else if (!leaves(ours.get()) && !Matching.matches(ours.get(), wanted)) {
            context.resourceOperations().serverSideApply(wanted);
        }
    }

    private static boolean leaves(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    /** By a list of one: that takes no right that the cache does not take. */
    private static Optional<? extends HasMetadata> ours(HasMetadata wanted, KubernetesClient client) {
        Optional<? extends HasMetadata> found = client
                .resources(wanted.getClass())
                .inNamespace(wanted.getMetadata().getNamespace())
                .withField("metadata.name", wanted.getMetadata().getName())
                .list()
                .getItems()
                .stream()
                .findFirst();
        found.flatMap(it -> Ownership.foreign(it, wanted)).ifPresent(sentence -> {
            throw new ForeignException(sentence);
        });
        return found;
    }

    /** Removes an object with what it owns, in the background. */
    static void remove(HasMetadata object, KubernetesClient client) {
        if (object.getMetadata().getDeletionTimestamp() == null) {
            client.resource(object).delete();
        }
    }

    /** Removes an object from the API server, also where its node does not say that it has ended. */
    static void removeAtOnce(HasMetadata object, KubernetesClient client) {
        client.resource(object).withGracePeriod(0).delete();
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
