package dev.headrace.testing.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/** A running broker that is its own controller: in this JVM, or in a process that can be killed. */
sealed interface Broker {
    /** Ends it as an operator would, data flushed. */
    void stop();

    /** Ends it as a power cut would, where it can. */
    void kill();

    /** Formats the folder if it is new, and starts. */
    static Broker inThisProcess(Path folder, Map<String, String> settings) {
        Path file = folder.resolve("server.properties");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Properties properties = new Properties();
        Map<String, String> ofBroker = new TreeMap<>(settings);
        String features = ofBroker.remove(KafkaServer.TRANSACTION_VERSION);
        ofBroker.forEach(properties::setProperty);
        try {
            Files.createDirectories(folder);
            try (var out = Files.newBufferedWriter(file)) {
                properties.store(out, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        List<String> format = new ArrayList<>(
                List.of("format", "-t", "aGVhZHJhY2UtdGVzdHM", "-c", file.toString(), "--ignore-formatted"));
        if (features != null) {
            format.addAll(List.of("--feature", "transaction.version=" + features));
        }
        int code =
                StorageTool.execute(format.toArray(String[]::new), new PrintStream(said, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException("cannot format " + folder + ": "
                    + said.toString(StandardCharsets.UTF_8).strip());
        }
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return new InThisProcess(server);
    }

    /** Starts a JVM with this one's class path that runs {@link KafkaServer#main}, and waits until it serves. */
    static Broker inOwnProcess(Path folder, int port, Map<String, String> settings) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KafkaServer.class.getName(),
                folder.toString(),
                Integer.toString(port)));
        settings.forEach((name, value) -> command.add(name + "=" + value));
        try {
            Files.createDirectories(folder);
            Process process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("broker.err").toFile())
                    .start();
            String line = process.inputReader().readLine();
            if (line == null) {
                throw new IllegalStateException(
                        "the broker did not start: " + Files.readString(folder.resolve("broker.err")));
            }
            return new InOwnProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record InThisProcess(KafkaRaftServer server) implements Broker {
        @Override
        public void stop() {
            server.shutdown();
            server.awaitShutdown();
        }

        @Override
        public void kill() {
            throw new UnsupportedOperationException("only a broker in its own process can be killed");
        }
    }

    record InOwnProcess(Process process) implements Broker {
        @Override
        public void stop() {
            process.destroy();
            await();
        }

        @Override
        public void kill() {
            process.destroyForcibly();
            await();
        }

        private void await() {
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
