package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.FakeApiServer;
import dev.headrace.operator.Jobs;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class WarningsTest {
    private static final StreamJob JOB = Jobs.job("");

    private static HasMetadata pod(String uid) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("orders-A-0")
                .withNamespace("shop")
                .withUid(uid)
                .endMetadata()
                .build();
    }

    @Test
    void an_object_is_asked_about_while_it_stands_still_and_its_job_is_known() throws IOException {
        AtomicBoolean known = new AtomicBoolean(true);
        try (FakeApiServer server = new FakeApiServer(
                        200, "{\"apiVersion\": \"events.k8s.io/v1\", \"kind\": \"EventList\", \"items\": []}");
                KubernetesClient client = server.client()) {
            Warnings warnings = new Warnings(client, Duration.ofMillis(1), Duration.ofMillis(10));
            warnings.knows(job -> known.get());
            assertThat(warnings.of(JOB, List.of(pod("a"), pod("b")))).isEmpty();
            Awaitility.await().until(() -> server.requests.size() > 4);
            assertThat(warnings.of(JOB, List.of())).isEmpty();
            assertThat(warnings.size()).as("it moves").isZero();

            warnings.of(JOB, List.of(pod("a")));
            assertThat(warnings.size()).isEqualTo(1);
            known.set(false);
            Awaitility.await("it is in no cache any more").until(() -> warnings.size() == 0);
        }
    }
}
