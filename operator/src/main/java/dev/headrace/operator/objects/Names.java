package dev.headrace.operator.objects;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Names, labels and ownership of a StreamJob's objects. */
public final class Names {
    public static final String MANAGER = "headrace-operator";

    public static final String NAME = "app.kubernetes.io/name";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String JOB = "headrace.dev/job";
    public static final String REVISION = "headrace.dev/revision";

    /** On a pod that removes a savepoint: the Snapshot's name. */
    public static final String SNAPSHOT = "headrace.dev/snapshot";

    /** The label {@link #NAME} of pods that do one thing in storage. */
    public static final String STORAGE = "headrace-storage";

    /** On a Snapshot that a schedule made. */
    public static final String ORIGIN = "headrace.dev/origin";

    public static final String SCHEDULE = "schedule";

    /** On a StatefulSet: the job's file, compressed. */
    public static final String FILE = "headrace.dev/job";

    /** On a StatefulSet: when its controller was last made to try again to make a pod. */
    public static final String AGAIN = "headrace.dev/again";

    /** Selects what the operator has made. */
    public static final String SELECTOR = MANAGED_BY + "=" + MANAGER;

    public static final String CONTAINER = "headrace";
    public static final String FILE_KEY = "job.yaml";
    public static final int CONTROL = 8081;
    public static final int METRICS = 9090;

    private Names() {}

    public static String ofRevision(String job, String revision) {
        return job + "-" + revision;
    }

    /** The pod that makes the last snapshot of a job a savepoint. */
    public static String pinning(String job) {
        return job + "-pinning";
    }

    /** The pod that removes all state of a job. */
    public static String removal(String job) {
        return job + "-removal";
    }

    /** The pod that removes one savepoint of a job. */
    public static String removal(String job, String snapshot) {
        return job + "-removal-" + snapshot;
    }

    public static Map<String, String> labels(String job) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(NAME, "headrace");
        labels.put(MANAGED_BY, MANAGER);
        labels.put(JOB, job);
        return labels;
    }

    public static Map<String, String> labels(String job, String revision) {
        Map<String, String> labels = labels(job);
        labels.put(REVISION, revision);
        return labels;
    }

    /** Selects the pods of all revisions of a job. */
    public static Map<String, String> selector(String job) {
        return new TreeMap<>(Map.of(NAME, "headrace", JOB, job));
    }

    /** The labels by which a pod belongs to a revision: neither may change, since a StatefulSet's selector cannot. */
    public static Map<String, String> selector(String job, String revision) {
        return new TreeMap<>(Map.of(JOB, job, REVISION, revision));
    }

    static ObjectMeta meta(StreamJob job) {
        return meta(job, job.getMetadata().getName(), labels(job.getMetadata().getName()));
    }

    static ObjectMeta meta(StreamJob job, String revision) {
        String name = job.getMetadata().getName();
        return meta(job, ofRevision(name, revision), labels(name, revision));
    }

    /** @param owner with which it goes */
    static ObjectMeta meta(HasMetadata owner, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(owner(owner))
                .build();
    }

    /** Does not block the owner's deletion: that takes a right on its finalizers, and there is nothing to wait for. */
    private static OwnerReference owner(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .build();
    }

    /** The revision that an object belongs to. */
    public static Optional<String> revision(ObjectMeta meta) {
        return Optional.ofNullable(meta.getLabels()).map(labels -> labels.get(REVISION));
    }

    /** The job that an object belongs to. */
    public static Optional<String> job(ObjectMeta meta) {
        return Optional.ofNullable(meta.getLabels()).map(labels -> labels.get(JOB));
    }
}
