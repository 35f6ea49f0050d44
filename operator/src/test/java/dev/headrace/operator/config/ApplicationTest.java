package dev.headrace.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.Runtime;
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
import org.junit.jupiter.api.Test;

/** The application as it is put together; it is connected to no cluster. */
@QuarkusTest
class ApplicationTest {
    @Inject
    Operator operator;

    @Inject
    Runtime runtime;

    /** Made when it is asked for: the controllers do so when they start. */
    @Inject
    JobFigures figures;

    @TestHTTPResource("/metrics")
    URI metrics;

    @Test
    void both_controllers_are_there_under_one_field_manager() {
        assertThat(operator.getRegisteredControllers())
                .extracting(controller -> controller.getConfiguration().getName())
                .containsExactlyInAnyOrder("streamjob", "snapshot");
        assertThat(operator.getRegisteredControllers())
                .extracting(controller -> (ControllerConfiguration<?>) controller.getConfiguration())
                .allMatch(config -> config.fieldManager().equals("headrace-operator"))
                .allMatch(config -> config.getInformerConfig().watchAllNamespaces());
    }

    @Test
    void what_the_environment_says_is_heeded() {
        assertThat(runtime)
                .isEqualTo(new Runtime(
                        "headrace/runtime:latest",
                        "headrace-system",
                        Map.of(
                                "app.kubernetes.io/name", "headrace-operator",
                                "app.kubernetes.io/instance", "headrace")));
    }

    @Test
    void figures_are_served() throws Exception {
        assertThat(figures).isNotNull();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(text).contains("headrace_jobs{phase=\"Running\"} 0.0", "jvm_memory_used_bytes");
        }
    }
}
