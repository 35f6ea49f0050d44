package dev.headrace.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headrace.operator.FakeStorage;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.ControlApi.Command.Start;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/**
 * The processes of pods that no node runs: they keep to the contract of the control API, one process for each pod, one storage for
 * each job. How a process behaves is in the pod's variable FAKE: {@code invalid}, {@code failing} (starts, and never completes a
 * snapshot), {@code ending} (its input ends as soon as it runs), {@code silent}.
 */
final class FakeRuntime implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, Process> processes = new ConcurrentHashMap<>();
    private final Map<String, FakeStorage> storages = new ConcurrentHashMap<>();

    /** All that pods were asked for, in order: {@code JOB REVISION start}. */
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final class Process {
        private final String job;
        private final String revision;
        private final String behaviour;
        private final Set<String> failed = new HashSet<>();
        private final FakeStorage storage;
        private String phase;
        private String reason = "";
        private String startedFrom = "";
        private String snapshot = "";
        private Optional<FakeStorage.Hold> hold = Optional.empty();

        Process(String job, String revision, String behaviour, FakeStorage storage) {
            this.job = job;
            this.revision = revision;
            this.behaviour = behaviour;
            this.storage = storage;
            phase = behaviour.equals("invalid") ? "Invalid" : "Waiting";
            if (storage.isFinished(revision)) {
                phase = "Finished";
            } else if (storage.isOwn(revision)) {
                run(Start.latest());
            }
        }

        private void run(Start order) {
            if (phase.matches("Running|Invalid|Finished")) {
                return;
            }
            if (order.as() == Start.As.NEW && !storage.snapshotRevision().equals(Optional.of(revision))) {
                Optional<Long> from = order.from().filter(storage::has).map(storage::position);
                storage.begins(revision, order.fresh() ? Optional.of(0L) : from);
            }
            startedFrom = order.from().orElse(storage.goesOnFrom(revision));
            try {
                hold = Optional.of(storage.claim(revision, order));
                phase = "Running";
                reason = "Runs";
                snapshot();
                if (behaviour.equals("ending")) {
                    phase = "Finished";
                }
            } catch (FakeStorage.Superseded e) {
                reason = "Superseded";
            } catch (FakeStorage.Missing e) {
                phase = "Invalid";
            }
        }

        /** Reads ten rows, and takes a snapshot of them. */
        private boolean snapshot() {
            hold.orElseThrow().position += 10;
            boolean taken =
                    !behaviour.equals("failing") && storage.snapshot(hold.orElseThrow(), behaviour.equals("ending"));
            if (taken) {
                snapshot = storage.goesOnFrom(revision);
            }
            return taken;
        }

        private void stop(JsonNode request) {
            if (phase.equals("Invalid")) {
                return;
            }
            boolean saved = !phase.equals("Running") || !request.path("abort").asBoolean() && snapshot();
            request.path("savepoint").asText("").lines().forEach(name -> savepoint(name, saved));
            storage.markStopped(revision);
            phase = "Stopped";
            reason = "StopAsked";
        }

        private void savepoint(String name, boolean saved) {
            if (!saved || !storage.pin(name, revision)) {
                failed.add(name);
            }
        }

        /** Whether another has taken the job over shows when it writes. */
        private void look() {
            if (phase.equals("Running") && storage.isLost(hold.orElseThrow())) {
                phase = "Stopped";
                reason = "TakenOver";
            }
        }

        private ObjectNode state() {
            ObjectNode state = JSON.createObjectNode()
                    .put("job", job)
                    .put("revision", revision)
                    .put("phase", phase)
                    .put("reason", reason)
                    .put("message", phase.equals("Invalid") ? "spec.sql:1:15: there is no table t" : "");
            storage.snapshotRevision().ifPresent(by -> state.put("snapshotRevision", by));
            if (hold.isPresent()) {
                state.put("startedFrom", startedFrom)
                        .put("rowsIn", behaviour.equals("ending") ? 7 : 0)
                        .put("lag", 0);
                if (!snapshot.isEmpty()) {
                    state.putObject("snapshot")
                            .put("name", snapshot)
                            .put("path", "s3://bucket/" + job + "/" + snapshot)
                            .put("at", System.currentTimeMillis())
                            .put("durationMillis", 12)
                            .put("bytes", 1234);
                }
            }
            return state;
        }
    }

    FakeRuntime() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    /** Where a pod's process is; it begins when it is asked for the first time. */
    Optional<URI> address(Pod pod) {
        String uid = pod.getMetadata().getUid();
        String job = Names.job(pod.getMetadata()).orElseThrow();
        String key = pod.getMetadata().getNamespace() + "/" + job;
        FakeStorage storage = storages.computeIfAbsent(key, name -> new FakeStorage());
        synchronized (storage) {
            processes.computeIfAbsent(
                    uid,
                    id -> new Process(job, Names.revision(pod.getMetadata()).orElseThrow(), behaviour(pod), storage));
        }
        return Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + uid));
    }

    private static String behaviour(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getName().equals("FAKE"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElse("");
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", 3);
            Process process = processes.get(path[1]);
            if (process.behaviour.equals("silent")) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            boolean post = exchange.getRequestMethod().equals("POST");
            ObjectNode answer;
            synchronized (process.storage) {
                if (post) {
                    requests.add(process.job + " " + process.revision + " "
                            + path[2].replaceAll("v1/|-[0-9a-f]{10}-[0-9]+|-[0-9a-f]{5}$", "")
                            + (request.has("from")
                                    ? " from " + request.get("from").asText().replaceAll("-[0-9a-f]{10}-[0-9]+$", "")
                                    : "")
                            + (request.path("fresh").asBoolean() ? " fresh" : "")
                            + (request.path("return").asBoolean() ? " return" : "")
                            + (request.path("abort").asBoolean() ? " abort" : "")
                            + (request.has("savepoint") ? " with savepoint" : ""));
                }
                answer = answer(process, path[2], post, request);
            }
            byte[] body = answer.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(post ? 202 : answer.has("missing") ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static ObjectNode answer(Process process, String path, boolean post, JsonNode request) {
        if (path.equals("v1/start")) {
            process.run(new Start(
                    Optional.ofNullable(request.path("from").textValue())
                            .map(from -> from.substring(from.lastIndexOf('/') + 1)),
                    request.path("fresh").asBoolean(),
                    request.path("return").asBoolean()
                            ? Start.As.RETURNING
                            : request.path("once").asBoolean() ? Start.As.NEW : Start.As.CURRENT));
        } else if (path.equals("v1/stop")) {
            process.stop(request);
        } else if (path.startsWith("v1/savepoints/")) {
            String name = path.substring("v1/savepoints/".length());
            if (post) {
                process.savepoint(name, true);
            }
            String phase = process.storage.has(name) ? "Completed" : process.failed.contains(name) ? "Failed" : "";
            return phase.isEmpty()
                    ? JSON.createObjectNode().put("missing", true)
                    : JSON.createObjectNode()
                            .put("phase", phase)
                            .put("path", "s3://bucket/" + process.job + "/savepoints/" + name)
                            .put("bytes", 99)
                            .put("durationMillis", 7)
                            .put("error", "the storage does not answer");
        }
        process.look();
        return process.state();
    }

    /** What is in a job's storage. */
    FakeStorage storage(String namespace, String job) {
        return storages.get(namespace + "/" + job);
    }

    /** Waits until {@link #requests} are these. */
    void awaitRequests(String job, String... wanted) {
        Awaitility.await().untilAsserted(() -> assertThat(requests(job)).containsExactly(wanted));
    }

    /** What the job's pods were asked for, with the letters A, B, .. for revisions in the order in which they were asked. */
    List<String> requests(String job) {
        List<String[]> all = requests.stream()
                .map(text -> text.split(" ", 3))
                .filter(words -> words[0].equals(job))
                .toList();
        List<String> revisions = all.stream().map(words -> words[1]).distinct().toList();
        return all.stream()
                .map(words -> (char) ('A' + revisions.indexOf(words[1])) + " " + words[2])
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
