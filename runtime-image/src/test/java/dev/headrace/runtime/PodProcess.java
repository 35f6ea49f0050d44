package dev.headrace.runtime;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code headrace pod} in a JVM of its own, and a caller of its control API. */
final class PodProcess implements AutoCloseable {
    static final String TOKEN = "the operator's token for this job";
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PORTS = Pattern.compile("control API on port (\\d+), metrics on port (\\d+)");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final JobProcess process;
    private final int control;
    private final int metrics;

    private PodProcess(JobProcess process) {
        this.process = process;
        await().atMost(PATIENCE)
                .failFast("the pod has ended", () -> !process.isAlive())
                .until(() -> PORTS.matcher(process.said()).find());
        Matcher ports = PORTS.matcher(process.said());
        ports.find();
        control = Integer.parseInt(ports.group(1));
        metrics = Integer.parseInt(ports.group(2));
    }

    static PodProcess start(Path said, Path job, String revision, String... more) {
        return start(Map.of(), said, job, revision, more);
    }

    static PodProcess start(Map<String, String> environment, Path said, Path job, String revision, String... more) {
        List<String> arguments = new ArrayList<>(List.of("pod", "--job", job.toString(), "--revision", revision));
        arguments.addAll(List.of("--control-port", "0", "--metrics-port", "0", "--workers", "2"));
        arguments.addAll(List.of(more));
        Map<String, String> variables = new java.util.HashMap<>(environment);
        variables.put("HEADRACE_POD", "orders-" + revision + "-0");
        variables.put("HEADRACE_NAMESPACE", "shop");
        variables.put("HEADRACE_CONTROL_TOKEN_SHA256", sha256(TOKEN));
        return new PodProcess(JobProcess.startIn(variables, said, arguments.toArray(String[]::new)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    JobProcess process() {
        return process;
    }

    /** An answer, or -1 and nothing where there was none. */
    record Answer(int status, String body) {
        JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(body, e);
            }
        }
    }

    Answer get(String path) {
        return send(request(control, path)
                .header("Authorization", "Bearer " + TOKEN)
                .GET());
    }

    Answer getAs(String authorization, String path) {
        HttpRequest.Builder request = request(control, path);
        return send((authorization.isEmpty() ? request : request.header("Authorization", authorization)).GET());
    }

    Answer post(String path, String body) {
        return send(request(control, path)
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    String metrics() {
        return send(request(metrics, "/metrics").GET()).body();
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(-1, "{}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JsonNode state() {
        return get("/v1/state").json();
    }

    /** Waits until the state is so, and gives it. */
    JsonNode awaitState(Predicate<JsonNode> condition) {
        JsonNode[] last = {null};
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
                last[0] = state();
                return condition.test(last[0]);
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("the state is " + last[0] + "\n" + process.said(), e);
        }
        return last[0];
    }

    JsonNode awaitPhase(String phase) {
        return awaitState(s -> s.path("phase").asText().equals(phase));
    }

    /** Waits until rows have been written by this run of the job, and everybody sees them. */
    JsonNode awaitSnapshotOfRows() {
        JsonNode state = awaitState(s -> s.path("rowsOut").asLong() > 0 && s.has("snapshot"));
        // The next snapshot may have begun before that; the second holds the rows, and is committed when there is a
        // third.
        for (int i = 0; i < 3; i++) {
            String last = state.path("snapshot").path("name").asText();
            state = awaitState(s -> s.has("snapshot")
                    && !s.path("snapshot").path("name").asText().equals(last));
        }
        return state;
    }

    JsonNode awaitSavepoint(String name, String phase) {
        JsonNode[] last = {null};
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            last[0] = get("/v1/savepoints/" + name).json();
            return last[0].path("phase").asText().equals(phase);
        });
        return last[0];
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() {
        try {
            process.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
