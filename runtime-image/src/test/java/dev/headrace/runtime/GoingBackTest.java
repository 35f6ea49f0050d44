package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A revision is brought in and taken back, by two processes that share a storage. */
class GoingBackTest extends CopyingJob {
    @ParameterizedTest
    @ValueSource(strings = {"{\"fresh\":true,\"once\":true}", "{\"from\":\"early\",\"once\":true}", "{}"})
    void a_revision_goes_back_to_where_it_stopped_when_the_one_after_it_was_aborted(String begins) throws Exception {
        Path job = endless();
        try (PodProcess first = start(job, "r1");
                PodProcess second = start(job, "r2", "--await-start")) {
            first.awaitSnapshotOfRows();
            first.post("/v1/savepoints/early", "");
            first.awaitSavepoint("early", "Completed");
            first.post("/v1/stop", "{\"savepoint\":\"last\"}");
            first.awaitPhase("Stopped");
            Path inTheWay = noSnapshotAfterTheNextClaim();
            second.post("/v1/start", begins);
            second.awaitState(s -> s.path("rowsOut").asLong() > 0);
            assertThat(second.state().path("snapshotRevision").asText()).isEqualTo("r1");
            second.post("/v1/stop", "{\"abort\":true}");
            second.awaitPhase("Stopped");
            Files.delete(inTheWay);
            long rows = written().size();
            assertThat(first.post("/v1/start", "{\"from\":\"last\",\"return\":true}")
                            .status())
                    .isEqualTo(202);
            first.awaitState(s -> s.path("rowsOut").asLong() > rows
                    && s.path("snapshotRevision").asText().equals("r1"));
            first.process().stop();
        }
        assertEachWrittenOnce();
    }

    @Test
    void a_revision_does_not_go_back_behind_what_the_one_after_it_has_written() throws Exception {
        Path job = endless();
        try (PodProcess first = start(job, "r1");
                PodProcess second = start(job, "r2", "--await-start")) {
            first.awaitSnapshotOfRows();
            first.post("/v1/stop", "{\"savepoint\":\"last\"}");
            first.awaitPhase("Stopped");
            second.post("/v1/start", "{\"once\":true}");
            assertThat(second.awaitSnapshotOfRows().path("snapshotRevision").asText())
                    .isEqualTo("r2");
            second.post("/v1/stop", "{\"abort\":true}");
            second.awaitPhase("Stopped");
            first.post("/v1/start", "{\"from\":\"last\",\"return\":true}");
            JsonNode waits = first.awaitPhase("Waiting");
            assertThat(waits.path("reason").asText()).isEqualTo("Superseded");
            assertThat(waits.path("snapshotRevision").asText()).isEqualTo("r2");
            assertThat(second.state().path("snapshotRevision").asText()).isEqualTo("r2");
            second.post("/v1/start", "");
            second.awaitState(s -> s.path("phase").asText().equals("Running"));
            second.process().stop();
        }
        assertEachWrittenOnce();
    }

    @Test
    void an_order_that_comes_twice_does_not_take_a_revision_back_to_its_beginning() throws Exception {
        Path job = endless();
        try (PodProcess pod = start(job, "r1", "--await-start")) {
            pod.awaitPhase("Waiting");
            pod.post("/v1/start", "{\"fresh\":true,\"once\":true}");
            pod.awaitSnapshotOfRows();
            pod.post("/v1/stop", "");
            pod.awaitPhase("Stopped");
            pod.post("/v1/start", "{\"fresh\":true,\"once\":true}");
            assertThat(pod.awaitPhase("Running").path("startedFrom").asText()).startsWith("manifests/");
            pod.process().stop();
        }
        assertEachWrittenOnce();
    }

    @Test
    void a_savepoint_of_a_revision_that_waits_is_of_where_it_would_go_on() throws Exception {
        Path job = endless();
        try (PodProcess first = start(job, "r1");
                PodProcess second = start(job, "r2", "--await-start")) {
            first.awaitSnapshotOfRows();
            first.post("/v1/stop", "{\"savepoint\":\"last\"}");
            first.awaitPhase("Stopped");
            noSnapshotAfterTheNextClaim();
            second.post("/v1/start", "{\"fresh\":true}");
            second.awaitState(s -> s.path("rowsOut").asLong() > 0);
            second.post("/v1/stop", "{\"abort\":true}");
            second.awaitPhase("Stopped");
            first.post("/v1/stop", "{\"savepoint\":\"rest\"}");
            JsonNode rest = first.awaitSavepoint("rest", "Completed");
            assertThat(rest.path("offsets"))
                    .isEqualTo(first.get("/v1/savepoints/last").json().path("offsets"));
        }
    }
}
