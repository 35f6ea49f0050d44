package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.FakeStorage;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator dies after each of its writes to the API server, and another one follows: in a job's start and in each kind of change. */
@SuppressWarnings("try")
class CrashTest {
    private static final String WHAT = "an operator that dies on an API server";

    /** So many deaths are tried at a time, each lane in a namespace of its own: most of it is waiting. */
    private static final int LANES = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SQL = "sql: INSERT INTO a SELECT * FROM b\n";
    private static final String EDITED = "sql: INSERT INTO a SELECT x FROM b\n";
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

    /** What is changed of a job that runs, what has come of it in the end, and what has been written then. */
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
        SUSPEND(
                SQL,
                SQL + "state: Suspended\n",
                job -> "Suspended".equals(job.getStatus().phase()),
                "A 0>10, A 10>20"),
        FINISH(
                "",
                SQL + "env: [{name: FAKE, value: ending}]\n",
                job -> "Finished".equals(job.getStatus().phase()),
                "A 0>10"),
        DELETION(SQL + "deletionPolicy: Snapshot\n", "", job -> false, "A 0>10, A 10>20");

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
        boolean died;
        try (KubernetesClient dies = Writes.client(death);
                TestOperator first = new TestOperator(dies, pods, cluster.namespace)) {
            if (!change.before.isEmpty()) {
                cluster.apply(name, change.before);
                String revision = cluster.awaitSteady(name).getStatus().revision();
                pods.storage(cluster.namespace, name).pin("early", revision);
            }
            death.after(writes);
            edit(change, name, cluster);
            Awaitility.await(change + " " + writes)
                    .atMost(PATIENCE)
                    .until(() -> death.died() || is(change, name, cluster));
            died = death.died();
        }
        try (TestOperator second = new TestOperator(cluster.client, pods, cluster.namespace)) {
            Awaitility.await(change + " " + writes).atMost(PATIENCE).until(() -> is(change, name, cluster));
            FakeStorage storage = pods.storage(cluster.namespace, name);
            assertThat(storage.faults()).as("%s %d", change, writes).isEmpty();
            // A process that came again meanwhile has taken a snapshot more.
            assertThat(shape(storage.history()))
                    .as("%s %d", change, writes)
                    .isEqualTo(shape(List.of(change.written.split(", "))));
            StreamJob job = cluster.job(name);
            if (job == null) {
                assertThat(cluster.client
                                .resources(dev.headrace.crds.Snapshot.class)
                                .inNamespace(cluster.namespace)
                                .list()
                                .getItems())
                        .as("%s %d", change, writes)
                        .anyMatch(snapshot -> snapshot.getMetadata().getName().startsWith(name + "-delete-")
                                && "Completed".equals(snapshot.getStatus().phase()));
            } else {
                List<String> wanted = change == Change.SUSPEND || change == Change.FINISH
                        ? List.of()
                        : List.of(name + "-" + job.getStatus().revision() + "-0");
                // The pod of a job that has finished stays for 10 s.
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(cluster.pods(name))
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

    private static void edit(Change change, String name, Cluster cluster) {
        if (change.after.isEmpty()) {
            cluster.client.resource(cluster.job(name)).delete();
        } else {
            cluster.apply(name, change.after.replace("NAME", name));
        }
    }

    private static boolean is(Change change, String name, Cluster cluster) {
        StreamJob job = cluster.job(name);
        if (job == null || change == Change.DELETION) {
            return job == null && change == Change.DELETION;
        }
        return job.getStatus() != null
                && job.getMetadata().getGeneration().equals(job.getStatus().observedGeneration())
                && change.done.test(job);
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
