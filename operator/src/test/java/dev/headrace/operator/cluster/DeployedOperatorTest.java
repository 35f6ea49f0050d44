package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.Pod;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The application as it is put together and deployed, on a real API server: it leads, and watches namespaces that carry a label. */
@QuarkusTest
@WithTestResource(DeployedOperatorTest.Deployment.class)
@EnabledIf("isOnCluster")
class DeployedOperatorTest {
    private static final String WHAT = "the operator as it is deployed";
    private static final String LABEL = "headrace.dev/test";

    static boolean isOnCluster() {
        return Cluster.isThere(WHAT);
    }

    /** What the chart tells an operator that is to live in that namespace. */
    public static final class Deployment implements QuarkusTestResourceLifecycleManager {
        private Cluster own;

        @Override
        public Map<String, String> start() {
            own = new Cluster(WHAT);
            return Map.of(
                    "headrace.operator.start",
                    "true",
                    "headrace.operator.namespace",
                    own.namespace,
                    "headrace.operator.namespace-selector",
                    LABEL + "=" + own.namespace);
        }

        @Override
        public void stop() {
            own.close();
        }
    }

    @ConfigProperty(name = "headrace.operator.namespace")
    String own;

    @TestHTTPResource("/q/health/ready")
    URI ready;

    @TestHTTPResource("/metrics")
    URI metrics;

    @Test
    void a_namespace_that_gets_the_label_is_watched_and_a_job_there_is_carried_from_its_first_day_to_its_last()
            throws Exception {
        try (Cluster cluster = new Cluster(WHAT)) {
            cluster.apply("forgets", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Delete");
            cluster.label(LABEL, own);
            StreamJob job = cluster.awaitPhase("forgets", "Pending");
            assertThat(job.getMetadata().getFinalizers()).containsExactly("headrace.dev/state");
            Awaitility.await().until(() -> !cluster.pods("forgets").isEmpty());
            assertThat(get(metrics))
                    .contains(
                            "headrace_operator_leads 1.0",
                            "headrace_jobs{phase=\"Pending\"} 1.0",
                            "reconciliations_success_total{");

            cluster.client.resource(job).delete();
            Pod pod = cluster.awaitPod("forgets-removal");
            assertThat(cluster.job("forgets").getStatus().phase()).isEqualTo("Deleting");
            cluster.succeed(pod);
            cluster.awaitGone("forgets");
            assertThat(get(ready)).contains("\"streamjob\": \"watches\"", "\"snapshot\": \"watches\"");
        }
    }

    private static String get(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        }
    }
}
