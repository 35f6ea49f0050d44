package dev.headrace.runtime.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headrace.api.error.UserError;
import dev.headrace.runtime.log.Log;
import dev.headrace.runtime.pod.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** Serves the control API on all addresses of the pod. */
public final class ControlServer implements AutoCloseable {
    private final HttpServer server;

    private ControlServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param tokenSha256 of the token that callers must have, as hexadecimal digits; empty for none, then only probes are
     *     answered
     * @param port 0 for any free one
     */
    public static ControlServer start(Pod pod, String tokenSha256, int port) {
        // A caller that sends or takes its bytes too slowly holds a connection no longer than this.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        if (!tokenSha256.isEmpty() && Token.of(tokenSha256).isEmpty()) {
            throw UserError.request("HEADRACE_CONTROL_TOKEN_SHA256 is no SHA-256: it takes 64 hexadecimal digits");
        }
        ControlApi api = new ControlApi(pod, Token.of(tokenSha256));
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> serve(exchange, api));
            server.start();
            return new ControlServer(server);
        } catch (IOException e) {
            throw UserError.request("cannot serve the control API on port " + port + ": " + e.getMessage()
                    + "; choose another with --control-port");
        }
    }

    private static void serve(HttpExchange exchange, ControlApi api) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            byte[] body = exchange.getRequestBody().readNBytes(RequestBody.MOST_BYTES + 1);
            Answer answer = answer(exchange, api, authorization == null ? "" : authorization, body);
            byte[] json = (answer.body() + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), head ? -1 : json.length);
            if (!head) {
                exchange.getResponseBody().write(json);
            }
        }
    }

    private static Answer answer(HttpExchange exchange, ControlApi api, String authorization, byte[] body) {
        try {
            return api.answer(
                    exchange.getRequestMethod(), exchange.getRequestURI().getPath(), authorization, body);
        } catch (RuntimeException e) {
            Log.defect("a defect of Headrace: " + e, e);
            return Answer.error(500, "a defect of Headrace; the pod's log shows where");
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
