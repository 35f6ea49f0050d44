package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.operator.Jobs;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.ControlApi.Target;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodWatchTest {
    private static final String ADDRESS = "http://10.0.0.7:8081";

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final PodWatch watch = new PodWatch(
            new ControlApi() {
                @Override
                public PodState state(Target pod) throws IOException {
                    tokens.add(pod.token());
                    throw new IOException("it does not answer");
                }

                @Override
                public SavepointState savepoint(Target pod, String name) {
                    return new SavepointState.Unknown();
                }

                @Override
                public void send(Target pod, Command command) {}
            },
            pod -> Optional.of(URI.create(ADDRESS)),
            Clock.systemUTC());

    @BeforeEach
    void start() {
        watch.setEventHandler(event -> {});
    }

    @AfterEach
    void end() {
        watch.stop();
    }

    private static Pod pod(String deleted) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("orders-A-0")
                .withNamespace("shop")
                .withUid("pod")
                .withLabels(Names.labels("orders", "A"))
                .withDeletionTimestamp(deleted)
                .endMetadata()
                .build();
    }

    private PodSeen seen(Optional<String> token, String deleted) {
        return watch.seen(Jobs.job(""), pod(deleted), token, Optional.empty());
    }

    @Test
    void a_pod_that_is_not_known_to_be_of_the_job_is_not_talked_to_and_still_waited_for() {
        seen(Optional.of("secret"), null);
        assertThat(watch.size()).isEqualTo(1);
        Awaitility.await().until(() -> tokens.contains("secret"));
        assertThat(seen(Optional.empty(), null)).isInstanceOf(PodSeen.Pending.class);
        assertThat(watch.size()).isZero();
        assertThat(seen(Optional.empty(), "2026-01-01T00:00:00Z"))
                .isEqualTo(new PodSeen.Leaving(Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(watch.size()).isZero();
    }
}
