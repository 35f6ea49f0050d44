package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The operator dies after each of its writes to the API server, in a job's start and in an upgrade. */
@SuppressWarnings("try")
class CrashTest {
    /** Lets so many writes pass; all later ones fail, as those of a process that is dead. */
    private static final class Death implements Interceptor {
        private final AtomicInteger left;

        Death(int writes) {
            left = new AtomicInteger(writes);
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

    @Test
    void a_job_starts_and_is_upgraded_whichever_write_is_an_operators_last() throws IOException {
        try (Cluster cluster = new Cluster("an operator that dies on an API server");
                FakeRuntime pods = new FakeRuntime()) {
            int writes = 0;
            boolean died = true;
            while (died) {
                String name = "crash-" + writes;
                Death death = new Death(writes);
                try (KubernetesClient dies = Writes.client(death);
                        TestOperator first = new TestOperator(dies, pods, cluster.namespace)) {
                    cluster.apply(name, "sql: INSERT INTO a SELECT * FROM b");
                    Awaitility.await().until(() -> death.died() || steady(cluster, name, 1));
                    if (!death.died()) {
                        cluster.apply(name, "sql: INSERT INTO a SELECT x FROM b");
                        Awaitility.await().until(() -> death.died() || steady(cluster, name, 2));
                    }
                    died = death.died();
                }
                cluster.apply(name, "sql: INSERT INTO a SELECT x FROM b");
                try (TestOperator second = new TestOperator(cluster.client, pods, cluster.namespace)) {
                    StreamJob job = cluster.awaitSteady(name);
                    String revision = job.getStatus().revision();
                    Awaitility.await()
                            .untilAsserted(() -> assertThat(cluster.pods(name))
                                    .extracting(pod -> pod.getMetadata().getName())
                                    .containsExactly(name + "-" + revision + "-0"));
                    assertThat(job.getStatus().refused()).isNull();
                }
                cluster.client.resource(cluster.job(name)).delete();
                writes++;
            }
            System.out.println("an operator died at each of " + (writes - 1) + " writes");
            assertThat(writes).isGreaterThan(12);
            assertThat(List.copyOf(pods.requests)).noneMatch(request -> request.contains("abort"));
        }
    }

    @Test
    void a_job_finishes_and_gives_its_pod_back_whichever_write_is_an_operators_last() throws IOException {
        try (Cluster cluster = new Cluster("an operator that dies on an API server");
                FakeRuntime pods = new FakeRuntime()) {
            int writes = 0;
            boolean died = true;
            while (died) {
                String name = "ends-" + writes;
                Death death = new Death(writes);
                try (KubernetesClient dies = Writes.client(death);
                        TestOperator first = new TestOperator(dies, pods, cluster.namespace)) {
                    cluster.apply(name, "sql: INSERT INTO a SELECT * FROM b\nenv: [{name: FAKE, value: ending}]");
                    Awaitility.await().until(() -> death.died() || finished(cluster, name));
                    died = death.died();
                }
                try (TestOperator second = new TestOperator(cluster.client, pods, cluster.namespace)) {
                    Awaitility.await().until(() -> finished(cluster, name));
                    assertThat(cluster.job(name).getStatus().progress().rowsIn())
                            .isEqualTo(7);
                }
                cluster.client.resource(cluster.job(name)).delete();
                writes++;
            }
            System.out.println("an operator died at each of " + (writes - 1) + " writes");
            assertThat(writes).isGreaterThan(8);
        }
    }

    private static boolean finished(Cluster cluster, String name) {
        StreamJob job = cluster.job(name);
        return job != null
                && job.getStatus() != null
                && "Finished".equals(job.getStatus().phase())
                && cluster.pods(name).isEmpty();
    }

    private static boolean steady(Cluster cluster, String name, long generation) {
        StreamJob job = cluster.job(name);
        return job != null
                && job.getStatus() != null
                && job.getStatus().transition() == null
                && "Running".equals(job.getStatus().phase())
                && job.getMetadata().getGeneration() == generation
                && job.getStatus().observedGeneration() == generation;
    }
}
