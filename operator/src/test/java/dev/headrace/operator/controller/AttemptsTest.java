package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.operator.change.Refused;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptsTest {
    private final Attempts attempts = new Attempts();
    private final List<String> made = new ArrayList<>();

    /** What an attempt comes to: {@code ok}, the code of an answer with what it says, or {@code defect}. */
    private void make(String revision, String outcome) {
        attempts.make(Optional.ofNullable(revision), () -> {
            made.add(outcome);
            if (outcome.equals("defect")) {
                throw new IllegalStateException("defect");
            }
            if (!outcome.equals("ok")) {
                String[] words = outcome.split(" ", 2);
                throw new KubernetesClientException(
                        outcome,
                        Integer.parseInt(words[0]),
                        new StatusBuilder().withMessage(words[1]).build());
            }
        });
    }

    @Test
    void what_is_refused_holds_up_nothing_and_all_of_it_is_told() {
        make(null, "403 no budgets here");
        make("B", "ok");
        make("B", "422 no such field");
        attempts.rethrow();
        assertThat(made).hasSize(3);
        assertThat(attempts.refused())
                .containsExactly(
                        new Refused("no budgets here", false, Optional.empty()),
                        new Refused("no such field", true, Optional.of("B")));
        assertThat(attempts.first()).map(Refused::sentence).contains("no such field");
    }

    @Test
    void what_fails_holds_up_nothing_and_is_thrown_at_the_end() {
        make(null, "500 a webhook does not answer");
        make("B", "defect");
        make("B", "403 no rights");
        make("B", "ok");
        assertThat(made).hasSize(4);
        assertThat(attempts.refused()).hasSize(1);
        assertThatThrownBy(attempts::rethrow).hasMessageStartingWith("500");
    }

    @Test
    void without_an_api_server_nothing_more_is_tried() {
        make(null, "0 connection refused");
        make("B", "ok");
        assertThat(made).hasSize(1);
        assertThatThrownBy(attempts::rethrow).isInstanceOf(KubernetesClientException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "422 StatefulSet.apps \"a\" is invalid: spec.x: Required value              | true",
                "400 strict decoding error                                                   | true",
                "403 exceeded quota                                                          | false",
                "422 ValidatingAdmissionPolicy 'p' with binding 'b' denied request: not here | false",
                "400 admission webhook \"w\" denied the request: not here                    | false",
            })
    void what_a_policy_refuses_it_may_take_later(String outcome, boolean forGood) {
        make("B", outcome);
        assertThat(attempts.first()).map(Refused::forGood).contains(forGood);
    }
}
