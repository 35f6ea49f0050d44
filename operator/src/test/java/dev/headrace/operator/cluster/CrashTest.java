package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.operator.FakeStorage;
import dev.headrace.operator.objects.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The operator dies after each of its writes to the API server, and another one follows: in a job's start, in each kind of change, in the
 * life of a Snapshot, and while a deletion policy is carried out.
 */
@SuppressWarnings("try")
class CrashTest {
    private static final String WHAT = "an operator that dies on an API server";

    /** So many deaths are tried at a time, each lane in a namespace of its own: most of it is waiting. */
    private static final int LANES = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SQL = "sql: INSERT INTO a SELECT * FROM b\n";
    private static final String EDITED = "sql: INSERT INTO a SELECT x FROM b\n";
    private static final String SUSPENDED = "state: Suspended\n";
    private static final String FAILING = EDITED + "env: [{name: FAKE, value: failing}]\n";
    private static final String EARLY = "restoreFrom: {path: 's3://bucket/NAME/savepoints/early'}\n";

    /** Lets so many writes pass; all later ones fail, as those of a process that is dead. */
    private static final class Death implements Interceptor {
        private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

        /** From now on. */
        void after(int writes) {
            left.set(writes);
        }

        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (Writes.writes(request) && left.getAndDecrement() <= 0) {
                throw new IllegalStateException("dead");
            }
        }

        boolean died() {
            return left.get() < 0;
        }
    }

    /** What is changed of a job that runs or is suspended, what has come of it in the end, and what has been written then. */
    private enum Change {
        START("", SQL, job -> "Running".equals(job.getStatus().phase()), "A 0>10"),
        RESTART(SQL, EDITED, CrashTest::upgraded, "A 0>10, A 10>20, B 20>30"),
        FRESH(SQL, EDITED + "upgrade: {strategy: Fresh}\n", CrashTest::upgraded, "A 0>10, A 10>20, B 0>10"),
        RESTORE(SQL, SQL + EARLY, CrashTest::upgraded, "A 0>10, A 10>20, B 10>20"),
        ROLLBACK(SQL, FAILING + "upgrade: {deadline: 1s}\n", CrashTest::takenBack, "A 0>10, A 10>20, A 20>30"),
        ROLLBACK_OF_FRESH(
                SQL,
                FAILING + "upgrade: {strategy: Fresh, deadline: 1s}\n",
                CrashTest::takenBack,
                "A 0>10, A 10>20, A 20>30"),
        ROLLBACK_OF_RESTORE(
                SQL, FAILING + EARLY + "upgrade: {deadline: 1s}\n", CrashTest::takenBack, "A 0>10, A 10>20, A 20>30"),
        SUSPEND(SQL, SQL + SUSPENDED, job -> "Suspended".equals(job.getStatus().phase()), "A 0>10, A 10>20"),
        RESUME(SQL + SUSPENDED, SQL, CrashTest::upgraded, "A 0>10, A 10>20, A 20>30"),
        UPGRADE_FROM_SUSPENDED(SQL + SUSPENDED, EDITED, CrashTest::upgraded, "A 0>10, A 10>20, B 20>30"),
        FINISH(
                "",
                SQL + "env: [{name: FAKE, value: ending}]\n",
                job -> "Finished".equals(job.getStatus().phase()),
                "A 0>10"),
        /** One that is taken at once, and goes from storage a second later; the job is left alone. */
        SNAPSHOT(SQL, SQL, CrashTest::upgraded, "A 0>10"),
        DELETION(SQL + "deletionPolicy: Snapshot\n", "", job -> false, "A 0>10, A 10>20"),
        DELETION_OF_SUSPENDED(SQL + "deletionPolicy: Snapshot\n" + SUSPENDED, "", job -> false, "A 0>10, A 10>20"),
        REMOVAL(SQL + "deletionPolicy: Delete\n", "", job -> false, "A 0>10");

        private final String before;
        private final String after;
        private final Predicate<StreamJob> done;
        private final String written;

        Change(String before, String after, Predicate<StreamJob> done, String written) {
            this.before = before;
            this.after = after;
            this.done = done;
            this.written = written;
        }
    }

    private static boolean upgraded(StreamJob job) {
        return job.getStatus().transition() == null
                && "Running".equals(job.getStatus().phase())
                && job.getStatus().refused() == null;
    }

    private static boolean takenBack(StreamJob job) {
        return job.getStatus().transition() == null
                && "Running".equals(job.getStatus().phase())
                && job.getStatus().refused() != null;
    }

    @BeforeAll
    static void needs_a_cluster() {
        assumeTrue(Cluster.isThere(WHAT), "no cluster for tests");
    }

    @ParameterizedTest
    @EnumSource
    void a_job_gets_to_where_it_is_to_be_whichever_write_is_an_operators_last(Change change) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger deaths = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Callable<Void> lane = () -> {
            try (Cluster cluster = new Cluster(WHAT);
                    FakeRuntime pods = new FakeRuntime()) {
                while (!over.get()) {
                    int writes = next.getAndIncrement();
                    if (live(change, "crash-" + writes, writes, cluster, pods)) {
                        deaths.incrementAndGet();
                    } else {
                        over.set(true);
                    }
                }
            } finally {
                over.set(true);
            }
            return null;
        };
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            for (Future<Void> done : lanes.invokeAll(Collections.nCopies(LANES, lane))) {
                done.get();
            }
        }
        System.out.println(change + ": an operator died at each of " + deaths + " writes");
        assertThat(deaths).hasValueGreaterThan(1);
    }

    /** @return whether the first operator died */
    private static boolean live(Change change, String name, int writes, Cluster cluster, FakeRuntime pods)
            throws IOException {
        Death death = new Death();
        Set<String> worked = new HashSet<>();
        boolean died;
        try (KubernetesClient dies = Writes.client(death);
                TestOperator first = new TestOperator(dies, pods, cluster.namespace)) {
            if (!change.before.isEmpty()) {
                cluster.apply(name, change.before.replace(SUSPENDED, ""));
                String revision = cluster.awaitSteady(name).getStatus().revision();
                pods.storage(cluster.namespace, name).pin("early", revision);
                if (change.before.contains(SUSPENDED)) {
                    cluster.apply(name, change.before);
                    cluster.awaitPhase(name, "Suspended");
                }
            }
            death.after(writes);
            edit(change, name, cluster);
            Awaitility.await(change + " " + writes)
                    .atMost(PATIENCE)
                    .until(() -> death.died() || is(change, name, cluster, worked));
            died = death.died();
        }
        try (TestOperator second = new TestOperator(cluster.client, pods, cluster.namespace)) {
            Awaitility.await(change + " " + writes).atMost(PATIENCE).until(() -> is(change, name, cluster, worked));
            FakeStorage storage = pods.storage(cluster.namespace, name);
            assertThat(storage.faults()).as("%s %d", change, writes).isEmpty();
            // A process that came again meanwhile has taken a snapshot more.
            assertThat(shape(storage.history()))
                    .as("%s %d", change, writes)
                    .isEqualTo(shape(List.of(change.written.split(", "))));
            StreamJob job = cluster.job(name);
            if (change == Change.REMOVAL) {
                assertThat(worked).as("%s %d", change, writes).containsExactly(Names.removal(name));
                assertThat(left(name, cluster)).as("%s %d", change, writes).isEmpty();
            } else if (job == null) {
                assertThat(left(name, cluster))
                        .as("%s %d", change, writes)
                        .singleElement()
                        .returns("Completed", snapshot -> snapshot.getStatus().phase());
            } else {
                if (change == Change.SNAPSHOT) {
                    assertThat(worked).as("%s %d", change, writes).containsExactly(Names.removal(name, taken(name)));
                    assertThat(storage.savepointNames())
                            .as("%s %d", change, writes)
                            .hasSize(2)
                            .anyMatch(savepoint -> savepoint.startsWith(taken(name) + "-"));
                }
                List<String> wanted = change == Change.SUSPEND || change == Change.FINISH
                        ? List.of()
                        : List.of(name + "-" + job.getStatus().revision() + "-0");
                // The pod of a job that has finished stays for 10 s; one that worked in storage until Kubernetes
                // collects it.
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(cluster.pods(name))
                                .filteredOn(
                                        pod -> Names.revision(pod.getMetadata()).isPresent())
                                .extracting(pod -> pod.getMetadata().getName())
                                .isEqualTo(wanted));
                if (change == Change.FINISH) {
                    assertThat(job.getStatus().progress().rowsIn()).isEqualTo(7);
                }
                cluster.client.resource(job).delete();
                cluster.awaitGone(name);
            }
        }
        return died;
    }

    /** The Snapshots that a deletion has left of a job. */
    private static List<Snapshot> left(String name, Cluster cluster) {
        return cluster.client.resources(Snapshot.class).inNamespace(cluster.namespace).list().getItems().stream()
                .filter(snapshot -> snapshot.getMetadata().getName().startsWith(name + "-delete-"))
                .toList();
    }

    /** The name of the Snapshot that a person takes of a job. */
    private static String taken(String name) {
        return name + "-taken";
    }

    private static void edit(Change change, String name, Cluster cluster) {
        if (change == Change.SNAPSHOT) {
            cluster.client
                    .resource(Serialization.unmarshal(
                            "apiVersion: headrace.dev/v1alpha1\nkind: Snapshot\nmetadata: {name: %s, namespace: %s}\nspec: {job: %s, retain: 1s}\n"
                                    .formatted(taken(name), cluster.namespace, name),
                            Snapshot.class))
                    .create();
        } else if (change.after.isEmpty()) {
            cluster.client.resource(cluster.job(name)).delete();
        } else {
            cluster.apply(name, change.after.replace("NAME", name));
        }
    }

    /** @param worked takes the names of the pods that have done their work in the job's storage */
    private static boolean is(Change change, String name, Cluster cluster, Set<String> worked) {
        Stream.of(Names.pinning(name), Names.removal(name), Names.removal(name, taken(name)))
                .filter(pod -> works(pod, cluster))
                .forEach(worked::add);
        StreamJob job = cluster.job(name);
        if (job == null || change.after.isEmpty()) {
            return job == null && change.after.isEmpty();
        }
        return (change != Change.SNAPSHOT || cluster.snapshot(taken(name)) == null)
                && job.getStatus() != null
                && job.getMetadata().getGeneration().equals(job.getStatus().observedGeneration())
                && change.done.test(job);
    }

    /** As a node would, has a pod do its work in storage, if it is there. */
    private static boolean works(String name, Cluster cluster) {
        Pod pod = cluster.client
                .pods()
                .inNamespace(cluster.namespace)
                .withName(name)
                .get();
        if (pod == null || "Succeeded".equals(pod.getStatus().getPhase())) {
            return false;
        }
        List<String> arguments = pod.getSpec().getContainers().getFirst().getArgs();
        boolean pins = arguments.get(1).equals("pin");
        cluster.succeed(pod, pins ? arguments.get(2) + "/savepoints/" + arguments.get(3) + ".json" : "");
        return true;
    }

    /** Who wrote in turn, and where each began. */
    private static String shape(List<String> history) {
        StringBuilder shape = new StringBuilder();
        String last = "";
        for (String line : history) {
            String[] words = line.split("[ >]");
            if (!words[0].equals(last)) {
                shape.append(last.isEmpty() ? "A " : "B ")
                        .append(words[1].equals("0") ? "anew" : "on")
                        .append(' ');
                last = words[0];
            }
        }
        return shape.toString();
    }
}
