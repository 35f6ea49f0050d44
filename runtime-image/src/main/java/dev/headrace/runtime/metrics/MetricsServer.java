package dev.headrace.runtime.metrics;

import com.sun.net.httpserver.HttpServer;
import dev.headrace.api.error.UserError;
import dev.headrace.core.run.Job;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Serves a job's figures at {@code /metrics} in Prometheus' text form. */
public final class MetricsServer implements AutoCloseable {
    private final HttpServer server;

    private MetricsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Serves a job's figures on the loopback address.
     *
     * @param port 0 for any free one
     */
    public static MetricsServer start(String jobName, Job job, int port) {
        return start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                () -> PrometheusText.of(jobName, job.metrics()));
    }

    /** Serves figures on all addresses. */
    public static MetricsServer start(Supplier<String> figures, int port) {
        return start(new InetSocketAddress(port), figures);
    }

    private static MetricsServer start(InetSocketAddress address, Supplier<String> figures) {
        try {
            HttpServer server = HttpServer.create(address, 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/metrics", exchange -> {
                byte[] body = figures.get().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return new MetricsServer(server);
        } catch (IOException e) {
            throw UserError.request("cannot serve metrics on port " + address.getPort() + ": " + e.getMessage()
                    + "; choose another with --metrics-port");
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
