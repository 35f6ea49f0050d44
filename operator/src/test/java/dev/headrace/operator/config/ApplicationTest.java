package dev.headrace.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.headrace.operator.objects.JobRuntime;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The application as it is put together; it is connected to no cluster. */
@QuarkusTest
class ApplicationTest {
    @Inject
    Controllers controllers;

    @Inject
    JobRuntime runtime;

    @TestHTTPResource("/metrics")
    URI metrics;

    @TestHTTPResource("/q/health/ready")
    URI ready;

    @TestHTTPResource("/q/health/live")
    URI live;

    private Operator operator;

    @BeforeEach
    void make() {
        operator = controllers.operator(Set.of("shop"), Optional.empty());
    }

    @Test
    void both_controllers_are_there_under_one_field_manager() {
        assertThat(operator.getRegisteredControllers())
                .extracting(controller -> controller.getConfiguration().getName())
                .containsExactlyInAnyOrder("streamjob", "snapshot");
        assertThat(operator.getRegisteredControllers())
                .extracting(controller -> (ControllerConfiguration<?>) controller.getConfiguration())
                .allMatch(config -> config.fieldManager().equals("headrace-operator"))
                .allMatch(config -> config.getInformerConfig().getNamespaces().equals(Set.of("shop")))
                .filteredOn(ControllerConfiguration::triggerReconcilerOnAllEvents)
                .extracting(ControllerConfiguration::getName)
                .containsExactly("streamjob");
    }

    @Test
    void what_the_environment_says_is_heeded() {
        assertThat(runtime)
                .isEqualTo(new JobRuntime(
                        "headrace/headrace:0.1.0-SNAPSHOT",
                        "headrace-system",
                        Map.of(
                                "app.kubernetes.io/name", "headrace-operator",
                                "app.kubernetes.io/instance", "headrace")));
    }

    @Test
    void figures_are_served() throws Exception {
        assertThat(get(metrics).body())
                .contains("headrace_operator_leads ", "jvm_memory_used_bytes", "reconciliations_queue{");
    }

    @Test
    void an_operator_that_does_not_watch_yet_lives_but_is_not_ready() throws Exception {
        assertThat(get(live).statusCode()).isEqualTo(200);
        assertThat(get(ready))
                .returns(503, HttpResponse::statusCode)
                .extracting(HttpResponse::body, STRING)
                .contains("are listing what they watch");
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
