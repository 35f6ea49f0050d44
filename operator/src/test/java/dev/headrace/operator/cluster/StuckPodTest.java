package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Pods whose processes send the headers of an answer, and never its body, on a real API server. */
@SuppressWarnings("try")
class StuckPodTest {
    @Test
    void a_job_whose_pod_never_ends_its_answer_is_told_of_and_can_be_deleted() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (Cluster cluster = new Cluster("pods that are stuck, on an API server");
                TestOperator operator =
                        new TestOperator(cluster.client, pod -> Optional.of(address), cluster.namespace)) {
            cluster.apply("stuck", "sql: INSERT INTO a SELECT * FROM b\ndeletionPolicy: Delete");
            Awaitility.await().until(() -> cluster.pods("stuck").size() == 1);
            cluster.awaitPhase("stuck", "Starting");
            cluster.client.resource(cluster.job("stuck")).delete();
            Pod pod = cluster.awaitPod("stuck-removal");
            assertThat(cluster.job("stuck").getStatus().phase()).isEqualTo("Deleting");
            cluster.succeed(pod);
            cluster.awaitGone("stuck");
        } finally {
            server.stop(0);
        }
    }
}
