package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a StatefulSet's events tell that it has no pod now. */
class StatefulSetsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "refused,                                  1, 10:00:00, FailedCreate, 10:00:05, true",
        "refused in the second of the last change, 1, 10:00:05, FailedCreate, 10:00:05, true",
        "a pod was made and lost since,            1, 10:00:06, FailedCreate, 10:00:05, false",
        "is to have none,                          0, 10:00:00, FailedCreate, 10:00:05, false",
        "another warning,                          1, 10:00:00, RecreatingFailedPod, 10:00:05, false",
    })
    void a_refusal_counts_until_there_has_been_a_pod(
            String name, int replicas, String status, String reason, String said, boolean refused) {
        StatefulSet set = Serialization.unmarshal("""
                metadata:
                  name: a
                  managedFields:
                    - {manager: kube-controller-manager, subresource: status, time: "2026-01-01T%sZ"}
                    - {manager: headrace-operator, time: "2026-01-01T23:00:00Z"}
                spec: {replicas: %d}
                """.formatted(status, replicas), StatefulSet.class);
        Instant at = Instant.parse("2026-01-01T" + said + "Z");
        assertThat(StatefulSets.refused(set, Optional.of(new Warning(reason, "no room", Instant.EPOCH, at))))
                .isEqualTo(
                        refused
                                ? Optional.of(new PodSeen.Refused(PodRefusals.sentence("no room"), Instant.EPOCH))
                                : Optional.empty());
    }

    @Test
    void the_warning_that_was_said_last_counts_whichever_way_it_was_written() {
        assertThat(
                        Warning.latest(
                                events(
                                        """
                        {type: Warning, reason: FailedCreate, note: older,
                          deprecatedFirstTimestamp: "2026-01-01T09:00:00Z", deprecatedLastTimestamp: "2026-01-01T10:00:00Z"}
                        """,
                                        """
                        {type: Warning, reason: FailedMount, note: newer, eventTime: "2026-01-01T08:00:00.500000Z",
                          series: {count: 3, lastObservedTime: "2026-01-01T11:00:00.000000Z"}}
                        """,
                                        "{type: Warning, reason: FailedScheduling, note: elsewhere, eventTime: \"2026-01-01T12:00:00.000000Z\"}",
                                        "{type: Normal, reason: Pulled, note: fine, deprecatedLastTimestamp: \"2026-01-01T12:00:00Z\"}")))
                .contains(new Warning(
                        "FailedMount",
                        "newer",
                        Instant.parse("2026-01-01T08:00:00.500Z"),
                        Instant.parse("2026-01-01T11:00:00Z")));
        assertThat(Warning.latest(List.of())).isEmpty();
    }

    private static List<Event> events(String... yaml) {
        return Stream.of(yaml)
                .map(text -> Serialization.unmarshal("---\n" + text, Event.class))
                .toList();
    }
}
