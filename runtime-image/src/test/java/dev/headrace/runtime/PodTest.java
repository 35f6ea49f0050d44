package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.testing.s3.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The process of a pod, steered through its control API. The job copies a sequence of numbers, with snapshots each 100 ms; so
 * what was written is right when it is the numbers from 0 on, each once.
 */
class PodTest extends CopyingJob {
    @Test
    void a_running_pod_tells_its_state_and_figures_to_who_has_the_token() throws Exception {
        try (PodProcess pod = start(endless(), "r1")) {
            JsonNode state = pod.awaitSnapshotOfRows();
            assertThat(state.path("job").asText()).isEqualTo("bad");
            assertThat(state.path("revision").asText()).isEqualTo("r1");
            assertThat(state.path("pod").asText()).isEqualTo("orders-r1-0");
            assertThat(state.path("phase").asText()).isEqualTo("Running");
            assertThat(state.path("rowsIn").asLong()).isPositive();
            assertThat(state.path("restarts").asInt()).isZero();
            assertThat(state.has("startedFrom")).isFalse();
            assertThat(state.has("nextStartAt")).isFalse();
            assertThat(state.path("snapshot").path("path").asText())
                    .startsWith(folder.resolve("snapshots") + "/manifests/");
            assertThat(state.path("snapshot").path("at").asLong())
                    .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());

            assertThat(pod.getAs("", "/livez").status()).isEqualTo(200);
            assertThat(pod.getAs("", "/readyz").status()).isEqualTo(200);
            for (String authorization : List.of("", "Bearer guess", "Basic " + PodProcess.TOKEN, "Bearer ")) {
                PodProcess.Answer answer = pod.getAs(authorization, "/v1/state");
                assertThat(answer.status()).as(authorization).isEqualTo(401);
                assertThat(answer.body()).doesNotContain("bad");
            }
            assertThat(pod.getAs("", "/v1/nothing").status()).isEqualTo(401);
            assertThat(pod.get("/v1/nothing").status()).isEqualTo(404);
            assertThat(pod.get("/v1/stop").status()).isEqualTo(405);
            assertThat(pod.post("/v1/stop", "{\"savepiont\":\"x\"}").status()).isEqualTo(400);
            assertThat(pod.post("/v1/savepoints/..", "").status()).isIn(400, 404);
            assertThat(pod.metrics())
                    .contains("headrace_pod_phase{job=\"bad\",phase=\"Running\"} 1")
                    .contains("headrace_pod_phase{job=\"bad\",phase=\"Waiting\"} 0")
                    .contains("headrace_source_rows_total{job=\"bad\",table=\"numbers\"}");
            assertThat(pod.process().said().lines()).isNotEmpty().allSatisfy(line -> {
                JsonNode said = new ObjectMapper().readTree(line);
                assertThat(said.fieldNames())
                        .toIterable()
                        .startsWith("time", "level", "job", "revision", "namespace", "pod")
                        .contains("message");
            });
        }
    }

    @Test
    void a_revision_waits_for_its_start_and_goes_on_at_once_when_it_was_killed() throws Exception {
        Path job = endless();
        try (PodProcess pod = start(job, "r1", "--await-start")) {
            pod.awaitPhase("Waiting");
            assertThat(pod.getAs("", "/livez").status()).isEqualTo(200);
            assertThat(pod.getAs("", "/readyz").status()).isEqualTo(503);
            assertThat(pod.post("/v1/savepoints/early", "").status()).isEqualTo(409);
            assertThat(pod.post("/v1/start", "").status()).isEqualTo(202);
            assertThat(pod.post("/v1/start", "{}").status()).isEqualTo(202);
            pod.awaitSnapshotOfRows();
            assertThat(pod.post("/v1/start", "{}").status()).isEqualTo(202);
            pod.kill();
        }
        try (PodProcess pod = start(job, "r1", "--await-start", "--fresh")) {
            JsonNode state = pod.awaitSnapshotOfRows();
            assertThat(state.path("startedFrom").asText()).startsWith("manifests/");
            pod.kill();
        }
        try (PodProcess pod = start(job, "r2", "--await-start")) {
            pod.awaitPhase("Waiting");
        }
        assertEachWrittenOnce();
    }

    @Test
    void sigterm_takes_a_last_snapshot_and_ends_with_zero() throws Exception {
        Path job = endless();
        long rows;
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitSnapshotOfRows();
            pod.process().stop();
            assertThat(pod.process().exitCode()).isZero();
            assertThat(pod.process().said()).contains("the pod ends").doesNotContain("was not complete");
            rows = written().size();
        }
        try (PodProcess pod = start(job, "r1")) {
            // All that the first one had read is in its last snapshot, and so it was written.
            pod.awaitSnapshotOfRows();
            pod.process().stop();
        }
        assertThat(written().size()).isGreaterThan((int) rows);
        assertEachWrittenOnce();
    }

    @Test
    void a_stop_with_a_savepoint_ends_the_job_and_not_the_process() throws Exception {
        Path job = endless();
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitSnapshotOfRows();
            assertThat(pod.get("/v1/savepoints/s1").status()).isEqualTo(404);
            assertThat(pod.post("/v1/stop", "{\"drain\":true,\"abort\":true}").status())
                    .isEqualTo(400);
            assertThat(pod.post("/v1/stop", "{\"savepoint\":\"s1\"}").status()).isEqualTo(202);
            assertThat(pod.post("/v1/stop", "{\"savepoint\":\"s1\",\"drain\":false}")
                            .status())
                    .isEqualTo(202);
            pod.awaitPhase("Stopped");
            JsonNode savepoint = pod.awaitSavepoint("s1", "Completed");
            assertThat(savepoint.path("path").asText())
                    .isEqualTo(folder.resolve("snapshots/savepoints/s1.json").toString());
            assertThat(savepoint.path("offsets").size()).isPositive();
            assertThat(savepoint.has("error")).isFalse();
            assertThat(pod.getAs("", "/livez").status()).isEqualTo(200);
            assertThat(pod.getAs("", "/readyz").status()).isEqualTo(503);
            pod.kill();
        }
        int rows = written().size();
        try (PodProcess pod = start(job, "r1")) {
            // Whoever stopped it does not find it running because its pod was restarted.
            pod.awaitPhase("Stopped");
            assertThat(pod.get("/v1/savepoints/s1").json().path("phase").asText())
                    .isEqualTo("Completed");
            assertThat(pod.post("/v1/start", "{\"from\":\"s1\"}").status()).isEqualTo(202);
            assertThat(pod.awaitSnapshotOfRows().path("startedFrom").asText()).isEqualTo("savepoints/s1.json");
        }
        assertThat(written().size()).isGreaterThan(rows);
        assertEachWrittenOnce();
    }

    @Test
    void the_first_snapshot_does_not_wait_for_a_long_interval() throws Exception {
        try (PodProcess pod = start(seldom(endless()), "r1")) {
            JsonNode state = pod.awaitState(s -> s.has("snapshot"));
            assertThat(state.path("snapshotRevision").asText()).isEqualTo("r1");
            await().atMost(PodProcess.PATIENCE)
                    .until(() ->
                            Files.exists(folder.resolve("out")) && !written().isEmpty());
            pod.process().stop();
        }
        assertEachWrittenOnce();
    }

    @Test
    void a_stop_that_drains_emits_what_is_open() throws Exception {
        Path job = job("""
                CREATE TABLE numbers (id BIGINT, t AS TO_TIMESTAMP_LTZ(id, 3), WATERMARK FOR t AS t) WITH ('connector' = 'datagen',
                  'rows-per-second' = '2000', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '1000000000');
                CREATE TABLE hours (n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
                INSERT INTO hours SELECT COUNT(*) FROM TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(t), INTERVAL '10' HOUR))
                GROUP BY window_start, window_end
                """);
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitState(s -> s.path("rowsIn").asLong() > 0 && s.has("snapshot"));
            assertThat(pod.post("/v1/stop", "{\"drain\":true,\"savepoint\":\"end\"}")
                            .status())
                    .isEqualTo(202);
            JsonNode stopped = pod.awaitPhase("Stopped");
            pod.awaitSavepoint("end", "Completed");
            assertThat(written()).containsExactly(stopped.path("rowsIn").asLong());
        }
    }

    @Test
    void a_stop_that_aborts_leaves_what_was_done_since_the_last_snapshot_uncounted() throws Exception {
        Path job = endless();
        noSnapshotAfterTheNextClaim();
        try (PodProcess pod = start(job, "r1", "--await-start")) {
            pod.awaitPhase("Waiting");
            pod.post("/v1/start", "");
            pod.awaitState(s -> s.path("rowsOut").asLong() > 0);
            assertThat(pod.post("/v1/stop", "{\"abort\":true}").status()).isEqualTo(202);
            pod.awaitPhase("Stopped");
        }
        assertThat(Files.exists(folder.resolve("out")) ? written() : List.of()).isEmpty();
        try (PodProcess pod = start(job, "r1", "--await-start")) {
            assertThat(pod.awaitPhase("Waiting").path("rowsOut").asLong()).isZero();
        }
    }

    @Test
    void a_job_starts_from_a_snapshot_of_another_storage() throws Exception {
        Path job = endless();
        long copied;
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitSnapshotOfRows();
            pod.post("/v1/stop", "{\"savepoint\":\"s1\"}");
            pod.awaitSavepoint("s1", "Completed");
            copied = pod.awaitPhase("Stopped").path("rowsOut").asLong();
        }
        Path clone = folder.resolve("clone.yaml");
        Files.writeString(
                clone, Files.readString(job).replace("name: bad", "name: clone").replace("'snapshots'", "'other'"));
        String path = folder.resolve("snapshots/savepoints/s1.json").toString();
        try (PodProcess pod = start(clone, "r1", "--restore-from", path)) {
            assertThat(pod.awaitSnapshotOfRows().path("startedFrom").asText()).isEqualTo(path);
        }
        // The clone writes into the same folder, behind what the first one has written.
        assertThat(written().size()).isGreaterThan((int) copied);
        assertEachWrittenOnce();
        try (PodProcess pod = start(clone, "r2", "--restore-from", path.replace("s1", "gone"))) {
            assertThat(pod.awaitPhase("Invalid").path("message").asText())
                    .contains("there is no snapshot savepoints/gone.json");
        }
    }

    @Test
    void a_savepoint_is_made_once_while_the_job_goes_on() throws Exception {
        try (PodProcess pod = start(endless(), "r1")) {
            pod.awaitSnapshotOfRows();
            assertThat(pod.post("/v1/savepoints/nightly-1", "").status()).isEqualTo(202);
            assertThat(pod.post("/v1/savepoints/nightly-1", "{}").status()).isEqualTo(202);
            JsonNode first = pod.awaitSavepoint("nightly-1", "Completed");
            byte[] manifest = Files.readAllBytes(folder.resolve("snapshots/savepoints/nightly-1.json"));
            assertThat(pod.post("/v1/savepoints/nightly-1", "").status()).isEqualTo(202);
            long rows = pod.state().path("rowsOut").asLong();
            pod.awaitState(s -> s.path("rowsOut").asLong() > rows);
            assertThat(Files.readAllBytes(folder.resolve("snapshots/savepoints/nightly-1.json")))
                    .isEqualTo(manifest);
            assertThat(pod.get("/v1/savepoints/nightly-1").json()).isEqualTo(first);
            assertThat(first.path("durationMillis").asLong(-1)).isNotNegative();
            assertThat(pod.state().path("phase").asText()).isEqualTo("Running");
        }
    }

    @Test
    void a_job_that_is_wrong_says_where_and_is_not_tried_again() throws Exception {
        try (PodProcess pod = start(job(COPY.replace("SELECT id", "SELECT\n  idd")), "r1", "--await-start")) {
            JsonNode state = pod.awaitPhase("Invalid");
            assertThat(state.path("message").asText())
                    .isEqualTo("spec.sql:5:3: there is no column 'idd'; did you mean 'id'?");
            assertThat(pod.post("/v1/start", "").status()).isEqualTo(202);
            assertThat(pod.post("/v1/stop", "").status()).isEqualTo(202);
            assertThat(pod.getAs("", "/livez").status()).isEqualTo(200);
            assertThat(pod.state().path("phase").asText()).isEqualTo("Invalid");
        }
    }

    @Test
    void a_changed_job_and_another_jobs_storage_are_refused_before_anything_is_touched() throws Exception {
        try (PodProcess pod = start(endless(), "r1")) {
            pod.awaitSnapshotOfRows();
            Path changed = folder.resolve("changed.yaml");
            Files.writeString(
                    changed, Files.readString(folder.resolve("job.yaml")).replace("SELECT id", "SELECT DISTINCT id"));
            Path other = folder.resolve("other.yaml");
            Files.writeString(
                    other, Files.readString(folder.resolve("job.yaml")).replace("name: bad", "name: worse"));
            try (PodProcess second = start(other, "r2", "--await-start")) {
                assertThat(second.awaitPhase("Invalid").path("message").asText())
                        .isEqualTo("the snapshots in " + folder.resolve("snapshots")
                                + " are of the job 'bad', not of 'worse'; name another storage in spec.snapshots.storage,"
                                + " or remove them");
            }
            try (PodProcess second = start(changed, "r2", "--await-start")) {
                assertThat(second.awaitPhase("Invalid").path("message").asText())
                        .contains("needs state of rows that it has read already", "spec.upgrade.onChange: FromNow");
            }
            try (PodProcess second = start(changed, "r2", "--await-start", "--fresh")) {
                second.awaitPhase("Waiting");
            }
            Files.writeString(changed, Files.readString(changed) + "  upgrade: {onChange: FromNow}\n");
            try (PodProcess second = start(changed, "r2", "--await-start")) {
                assertThat(second.awaitPhase("Waiting")
                                .path("upgrade")
                                .path("message")
                                .asText())
                        .contains("starting empty: ");
            }
            long rows = pod.state().path("rowsOut").asLong();
            pod.awaitState(s -> s.path("rowsOut").asLong() > rows);
            assertThat(pod.state().path("restarts").asInt()).isZero();
        }
    }

    @Test
    void a_revision_that_was_taken_over_stops_and_does_not_take_the_job_back() throws Exception {
        Path job = endless();
        try (PodProcess first = start(job, "r1");
                PodProcess second = start(job, "r2", "--await-start")) {
            first.awaitSnapshotOfRows();
            second.awaitPhase("Waiting");
            second.post("/v1/start", "");
            assertThat(second.awaitSnapshotOfRows().path("startedFrom").asText())
                    .startsWith("manifests/");
            JsonNode lost = first.awaitPhase("Stopped");
            assertThat(lost.path("reason").asText()).isEqualTo("TakenOver");
            long rows = second.state().path("rowsOut").asLong();
            second.awaitState(s -> s.path("rowsOut").asLong() > rows);
            assertThat(second.state().path("restarts").asInt()).isZero();
        }
        assertEachWrittenOnce();
    }

    @Test
    void a_revision_that_waits_reads_state_ahead_and_goes_on_with_it() throws Exception {
        // Each value comes ten times: a state that lacks one of them would let it be written again.
        Path job = job(COPY.replace("$end", "1000000000").replace("SELECT id", "SELECT DISTINCT id / 10"));
        try (PodProcess first = start(job, "r1");
                PodProcess second = start(job, "r2", "--await-start")) {
            long ahead = heldRows(second, 1);
            heldRows(second, ahead + 1);
            first.post("/v1/stop", "{\"savepoint\":\"last\"}");
            first.awaitPhase("Stopped");
            second.post("/v1/start", "");
            second.awaitSnapshotOfRows();
            assertThat(second.state().path("restarts").asInt()).isZero();
        }
        assertEachWrittenOnce();
    }

    @Test
    void a_savepoint_whose_time_has_come_goes_once_another_revision_has_a_snapshot_of_its_own() throws Exception {
        Path job = endless();
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitSnapshotOfRows();
            assertThat(pod.post("/v1/stop", "{\"keepSeconds\":1}").status()).isEqualTo(400);
            pod.post("/v1/savepoints/by-hand", "");
            pod.awaitSavepoint("by-hand", "Completed");
            pod.post("/v1/stop", "{\"savepoint\":\"short\",\"keepSeconds\":0}");
            pod.awaitPhase("Stopped");
            pod.awaitSavepoint("short", "Completed");
        }
        Path savepoints = folder.resolve("snapshots/savepoints");
        assertThat(savepoints.resolve("short.json")).exists();
        try (PodProcess pod = start(job, "r2")) {
            pod.awaitSnapshotOfRows();
            await().atMost(PodProcess.PATIENCE).until(() -> !Files.exists(savepoints.resolve("short.json")));
            pod.kill();
        }
        assertThat(savepoints.resolve("by-hand.json")).exists();
        try (PodProcess pod = start(job, "r2")) {
            pod.awaitSnapshotOfRows();
            await().atMost(PodProcess.PATIENCE).until(() -> !Files.exists(folder.resolve("snapshots/expiry/short")));
        }
        assertEachWrittenOnce();
    }

    /** Waits until a pod that waits holds so many rows. */
    private static long heldRows(PodProcess pod, long atLeast) {
        Pattern held = Pattern.compile("waits for start, with (\\d+) rows of state read ahead");
        long[] rows = {0};
        pod.awaitState(state -> {
            Matcher matcher = held.matcher(state.path("message").asText());
            rows[0] = matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
            return rows[0] >= atLeast;
        });
        return rows[0];
    }

    @Test
    void a_job_that_fails_is_started_again_until_what_it_lacks_is_there() throws Exception {
        Files.writeString(folder.resolve("in.json"), "{\"id\":0}\n{\"id\":\"one\"}\n");
        Path job = job("""
                CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'in.json', 'format' = 'json');
                CREATE TABLE copies (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
                INSERT INTO copies SELECT id FROM numbers
                """);
        try (PodProcess pod = start(job, "r1")) {
            JsonNode failed = pod.awaitState(s -> s.path("phase").asText().equals("BackingOff")
                    && s.path("restarts").asInt() == 2);
            assertThat(failed.path("message").asText()).contains("expected BIGINT, found \"one\"");
            assertThat(failed.path("nextStartAt").asLong()).isGreaterThan(System.currentTimeMillis() - 1000);
            assertThat(pod.getAs("", "/livez").status()).isEqualTo(200);
            assertThat(pod.getAs("", "/readyz").status()).isEqualTo(503);
            Files.writeString(folder.resolve("in.json"), "{\"id\":0}\n{\"id\":1}\n");
            pod.awaitPhase("Finished");
            assertThat(written()).containsExactly(0L, 1L);
            // What has ended can still be kept under a name, and stopped.
            pod.post("/v1/stop", "{\"savepoint\":\"end\"}");
            pod.awaitSavepoint("end", "Completed");
            pod.awaitPhase("Stopped");
        }
    }

    @Test
    void a_job_that_has_finished_stays_so_when_its_pod_comes_back() throws Exception {
        Path job = job(COPY.replace("$end", "99"));
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitPhase("Finished");
            pod.kill();
        }
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitPhase("Finished");
            pod.process().stop();
            assertThat(pod.process().exitCode()).isZero();
        }
        assertThat(written()).hasSize(100);
    }

    @Test
    void state_is_on_s3_with_nothing_but_the_environment_and_is_kept_and_removed_there() throws Exception {
        try (S3Server server = S3Server.start(folder.resolve("s3"), "bucket")) {
            Map<String, String> environment = Map.of(
                    "AWS_ENDPOINT_URL_S3", server.endpoint().toString(),
                    "AWS_REGION", S3Server.REGION,
                    "AWS_ACCESS_KEY_ID", S3Server.ACCESS_KEY,
                    "AWS_SECRET_ACCESS_KEY", S3Server.SECRET_KEY,
                    "STATE_BUCKET", "bucket");
            String storage = "s3://${env:STATE_BUCKET}/jobs/bad";
            Path job = CommandRun.job(folder, COPY.replace("$end", "1000000000"), storage);
            try (PodProcess pod = PodProcess.start(environment, folder.resolve("said"), job, "r1")) {
                assertThat(pod.awaitSnapshotOfRows()
                                .path("snapshot")
                                .path("path")
                                .asText())
                        .startsWith("s3://bucket/jobs/bad/manifests/");
                pod.post("/v1/savepoints/s1", "");
                pod.awaitSavepoint("s1", "Completed");
                for (String name : List.of("s1", "s1", "s3://bucket/jobs/bad/savepoints/s1.json")) {
                    snapshot(environment, "rm", storage, name);
                }
                assertThat(pod.get("/v1/savepoints/never").status()).isEqualTo(404);
                pod.process().stop();
                assertThat(pod.process().exitCode()).isZero();
            }
            assertThat(objects("s3/bucket/jobs/bad")).isNotEmpty().noneMatch(name -> name.contains("savepoints"));
            assertThat(snapshot(environment, "pin", storage, "end", "--revision", "r1"))
                    .endsWith("s3://bucket/jobs/bad/savepoints/end.json");
            assertThat(objects("s3/bucket/jobs/bad")).anyMatch(name -> name.endsWith("savepoints/end.json"));
            snapshot(environment, "rm", "--all", storage);
            assertThat(objects("s3/bucket/jobs/bad")).isEmpty();
            snapshot(environment, "rm", "--all", storage);
            assertThat(snapshot(environment, "pin", storage, "none"))
                    .endsWith("there is no snapshot in s3://bucket/jobs/bad, and nothing to keep");
        }
    }

    private String snapshot(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("snapshot"));
        command.addAll(List.of(arguments));
        JobProcess process = JobProcess.startIn(
                environment, folder.resolve("snapshot-" + processes++), command.toArray(String[]::new));
        assertThat(process.endsWithin(60_000)).isTrue();
        assertThat(process.exitCode()).as(process.said()).isZero();
        return process.said().strip();
    }

    private List<String> objects(String root) throws IOException {
        if (!Files.isDirectory(folder.resolve(root))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder.resolve(root))) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        }
    }

    @Test
    void secrets_are_in_nothing_that_a_pod_says() throws Exception {
        Path job =
                job(COPY.replace("'path' = 'out'", "'path' = '${env:OUT_PATH}'").replace("$end", "9"));
        Map<String, String> environment =
                Map.of("OUT_PATH", folder.resolve("job.yaml/hunter22").toString());
        try (PodProcess pod = PodProcess.start(environment, folder.resolve("said"), job, "r1")) {
            JsonNode state = pod.awaitState(s ->
                    s.path("restarts").asInt() == 1 || s.path("phase").asText().equals("Invalid"));
            assertThat(state.path("message").asText()).contains("***");
            assertThat(state.toString() + pod.process().said() + pod.metrics()).doesNotContain("hunter22");
        }
    }
}
