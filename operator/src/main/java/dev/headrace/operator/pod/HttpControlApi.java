package dev.headrace.operator.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.crds.Durations;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The control API over HTTP. An answer has a time and a size: it comes as a whole within the one, and below the other, or not. */
public final class HttpControlApi implements ControlApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final int LONGEST = 1 << 20;

    private final Duration patience;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    public HttpControlApi() {
        this(ANSWER);
    }

    private static final String KEEP = "keepSeconds";

    /** @param patience how long an answer may take, headers and body together */
    HttpControlApi(Duration patience) {
        this.patience = patience;
    }

    @Override
    public PodState state(Target pod) throws IOException, InterruptedException {
        return PodState.of(get(pod, "/v1/state"));
    }

    @Override
    public SavepointState savepoint(Target pod, String name) throws IOException, InterruptedException {
        try {
            return SavepointState.of(get(pod, savepointPath(name)));
        } catch (NotFoundException e) {
            return new SavepointState.Unknown();
        }
    }

    @Override
    public void send(Target pod, Command command) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        String path = switch (command) {
            case Command.Start start -> {
                start.from().ifPresent(from -> body.put("from", from));
                if (start.fresh()) {
                    body.put("fresh", true);
                }
                switch (start.as()) {
                    case CURRENT -> {}
                    // An older runtime does not know the word; where nothing is ordered it changes nothing.
                    case NEW -> {
                        if (!body.isEmpty()) {
                            body.put("once", true);
                        }
                    }
                    case RETURNING -> body.put("return", true);
                }
                yield "/v1/start";
            }
            case Command.Savepoint savepoint -> savepointPath(savepoint.name());
            case Command.Stop stop -> {
                stop.savepoint().ifPresent(name -> body.put("savepoint", name));
                stop.keep().ifPresent(keep -> body.put(KEEP, keep.toSeconds()));
                if (stop.abort()) {
                    body.put("abort", true);
                }
                yield "/v1/stop";
            }
        };
        try {
            post(pod, path, body);
        } catch (IOException e) {
            // An older runtime does not know the word, and keeps the savepoint.
            if (body.remove(KEEP) == null || !String.valueOf(e.getMessage()).contains(KEEP)) {
                throw e;
            }
            post(pod, path, body);
        }
    }

    private void post(Target pod, String path, ObjectNode body) throws IOException, InterruptedException {
        answer(request(pod, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    private static String savepointPath(String name) {
        return "/v1/savepoints/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private JsonNode get(Target pod, String path) throws IOException, InterruptedException {
        return JSON.readTree(answer(request(pod, path).GET().build()));
    }

    private static HttpRequest.Builder request(Target pod, String path) {
        return HttpRequest.newBuilder(pod.base().resolve(pod.base().getPath() + path))
                .header("Authorization", "Bearer " + pod.token());
    }

    private byte[] answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = exchange(request);
        switch (response.statusCode() / 100) {
            case 2 -> {
                return response.body();
            }
            case 4 -> {
                if (response.statusCode() == 401 || response.statusCode() == 403) {
                    throw new IOException(
                            "the pod does not know the operator's token; if the operator's key was changed, delete"
                                    + " the pod, and it comes again with the new one");
                }
                if (response.statusCode() == 404) {
                    throw new NotFoundException(request.uri().getPath());
                }
                throw refused(response);
            }
            default -> throw refused(response);
        }
    }

    /** The client's own limit of time ends with the headers. */
    private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LONGEST));
        try {
            return exchange.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("the pod's answer to " + request.uri().getPath() + " did not come within "
                    + Durations.text(patience));
        } catch (ExecutionException e) {
            String error = Objects.requireNonNullElse(
                    e.getCause().getMessage(), e.getCause().getClass().getSimpleName());
            throw new IOException(error, e.getCause());
        } finally {
            exchange.cancel(true);
        }
    }

    private static IOException refused(HttpResponse<byte[]> response) {
        String body = new String(response.body(), StandardCharsets.UTF_8);
        return new IOException("the pod answered " + response.statusCode() + " to "
                + response.request().uri().getPath() + ": " + body.substring(0, Math.min(500, body.length())));
    }

    /** There is nothing at the path. */
    private static final class NotFoundException extends IOException {
        private static final long serialVersionUID = 1;

        NotFoundException(String path) {
            super("the pod has no " + path);
        }
    }
}
