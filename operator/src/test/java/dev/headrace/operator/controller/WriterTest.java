package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.crds.Snapshot;
import dev.headrace.operator.FakeApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriterTest {
    private static final String STATUS =
            "{\"apiVersion\": \"v1\", \"kind\": \"Status\", \"code\": %d, \"message\": \"the server said %1$d\"}";

    private static HasMetadata object(String kind) {
        HasMetadata object = switch (kind) {
            case "Pod" -> new Pod();
            case "ConfigMap" -> new ConfigMap();
            case "StatefulSet" -> new StatefulSet();
            default -> new Snapshot();
        };
        object.setMetadata(new ObjectMetaBuilder()
                .withName("a")
                .withNamespace("shop")
                .withUid("this-one")
                .build());
        return object;
    }

    private static String[] removed(HasMetadata object, boolean atOnce, int code) throws IOException {
        try (FakeApiServer server = new FakeApiServer(code, STATUS.formatted(code));
                KubernetesClient client = server.client()) {
            if (atOnce) {
                Writer.removeAtOnce(object, client);
            } else {
                Writer.remove(object, client);
            }
            assertThat(server.requests).hasSize(1);
            return server.requests.getFirst().split(" ", 3);
        }
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // kind      | at once | where                                                 | with
                "Pod         | false   | /api/v1/namespaces/shop/pods/a                        | ``",
                "Pod         | true    | /api/v1/namespaces/shop/pods/a                        | `, \"gracePeriodSeconds\": 0`",
                "ConfigMap   | false   | /api/v1/namespaces/shop/configmaps/a                  | ``",
                "StatefulSet | false   | /apis/apps/v1/namespaces/shop/statefulsets/a          | ``",
                "Snapshot    | false   | /apis/headrace.dev/v1alpha1/namespaces/shop/snapshots/a | ``",
            })
    void this_very_object_is_removed(String kind, boolean atOnce, String where, String with) throws IOException {
        String[] request = removed(object(kind), atOnce, 200);
        assertThat(request[0]).isEqualTo("DELETE");
        assertThat(request[1]).isEqualTo(where);
        assertThat(json(request[2])).isEqualTo(json("""
                {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": "this-one"}, "propagationPolicy": "Background"%s}
                """.formatted(with)));
    }

    @ParameterizedTest
    @CsvSource({"200, true", "202, true", "404, true", "409, true", "403, false", "500, false"})
    void one_that_is_gone_is_removed_whoever_has_its_name_now(int code, boolean removed) throws IOException {
        if (removed) {
            removed(object("Pod"), true, code);
        } else {
            assertThatThrownBy(() -> removed(object("Pod"), true, code))
                    .isInstanceOf(KubernetesClientException.class)
                    .satisfies(e -> assertThat(((KubernetesClientException) e).getCode())
                            .isEqualTo(code))
                    .hasMessageContaining("the server said " + code);
        }
    }
}
