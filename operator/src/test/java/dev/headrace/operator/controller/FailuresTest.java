package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // what failed | attempt | what is told
                "no such step      | 1 | the operator failed at it, and tries again: no such step; its log has more",
                "NullPointer       | 1 | the operator failed at it, and tries again: NullPointerException; its log has more",
                "wrapped           | 1 | the operator failed at it, and tries again: no such step; its log has more",
                "500               | 1 | -",
                "500               | 2 | -",
                "500               | 3 | the operator failed at it, and tries again: the server said 500; its log has more",
                "wrapped 500       | 3 | the operator failed at it, and tries again: the server said 500; its log has more",
                "409               | 1 | -",
                "409               | 9 | -",
            })
    void a_failure_is_told_when_it_is_worth_it(String what, int attempt, String told) {
        assertThat(Failures.told(failure(what), attempt)).isEqualTo(Optional.ofNullable(told));
    }

    private static Exception failure(String what) {
        return switch (what) {
            case "NullPointer" -> new NullPointerException();
            case "wrapped" -> new IllegalStateException("it failed", failure("no such step\n at [a place]"));
            case "wrapped 500" -> new IllegalStateException("it failed", failure("500"));
            case "500", "409" ->
                new KubernetesClientException(
                        "Failure executing: PATCH",
                        Integer.parseInt(what),
                        new StatusBuilder()
                                .withMessage("the server said " + what)
                                .build());
            default -> new IllegalArgumentException(what);
        };
    }
}
