package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headrace.runtime.control.ControlServer;
import dev.headrace.runtime.job.JobFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that reads a pipe into which nobody writes is stuck in a step. */
class PodAliveTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private JobFile job() throws Exception {
        Process made = new ProcessBuilder("mkfifo", folder.resolve("in").toString()).start();
        assertThat(made.waitFor()).isZero();
        return JobFile.readInPod(Files.writeString(folder.resolve("job.yaml"), """
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata: {name: stuck}
                spec:
                  snapshots: {storage: snapshots}
                  sql: |
                    CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');
                    CREATE TABLE copies (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
                    INSERT INTO copies SELECT id FROM numbers;
                """));
    }

    private static int livez(ControlServer server) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.port() + "/livez");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private Pod running(Duration stuck) throws Exception {
        JobFile job = job();
        PodOptions options =
                new PodOptions("stuck", "r1", false, StartOrder.once(Optional.empty(), false), 1, "stuck-r1-0");
        Pod pod = new Pod(options, () -> job, error -> {}, stuck);
        pod.start();
        await().atMost(PATIENCE).until(pod::isReady);
        return pod;
    }

    /** Lets the worker read on: an empty file. */
    private void release() throws Exception {
        FileChannel.open(folder.resolve("in"), StandardOpenOption.READ, StandardOpenOption.WRITE)
                .close();
    }

    @Test
    void the_probe_fails_while_a_worker_is_in_one_step_for_too_long() throws Exception {
        Pod pod = running(Duration.ofSeconds(1));
        try (ControlServer server = ControlServer.start(pod, "", 0)) {
            await().atMost(PATIENCE).until(() -> livez(server) == 503);
            assertThat(pod.isReady()).isTrue();
            release();
            await().atMost(PATIENCE).until(() -> livez(server) == 200);
        } finally {
            pod.close(PATIENCE);
        }
    }

    @Test
    void too_long_is_a_minute() throws Exception {
        Pod pod = running(Pod.STUCK);
        try (ControlServer server = ControlServer.start(pod, "", 0)) {
            await().atMost(PATIENCE)
                    .until(() -> pod.metrics().orElseThrow().longestStepNanos()
                            > Duration.ofSeconds(2).toNanos());
            assertThat(livez(server)).isEqualTo(200);
            assertThat(Pod.STUCK).isEqualTo(Duration.ofMinutes(1));
            release();
        } finally {
            pod.close(PATIENCE);
        }
    }
}
