package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.operator.objects.Matching;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.Ownership;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PreconditionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Optional;

/** Writes to the API server: whole new objects, server-side, and only where what is there differs. */
final class Writer {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

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

    /** Removes this very object with what it owns, in the background. */
    static void remove(HasMetadata object, KubernetesClient client) {
        if (!leaves(object)) {
            delete(object, new DeleteOptions(), client);
        }
    }

    /** Removes this very object from the API server, also where its node does not say that it has ended. */
    static void removeAtOnce(HasMetadata object, KubernetesClient client) {
        delete(object, new DeleteOptionsBuilder().withGracePeriodSeconds(0L).build(), client);
    }

    /**
     * Where it is gone, another may have its name by now, which is left alone: the cache may be behind. The client's own deletions know the
     * name, or else the version, which changes with each status.
     */
    private static void delete(HasMetadata object, DeleteOptions options, KubernetesClient client) {
        options.setPropagationPolicy("Background");
        options.setPreconditions(new PreconditionsBuilder()
                .withUid(object.getMetadata().getUid())
                .build());
        try {
            client.raw(path(object), "DELETE", options);
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND && e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }

    private static String path(HasMetadata object) {
        String version = object.getApiVersion();
        return (version.contains("/") ? "/apis/" : "/api/") + version + "/namespaces/"
                + object.getMetadata().getNamespace() + "/" + object.getPlural() + "/"
                + object.getMetadata().getName();
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
