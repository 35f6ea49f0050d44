package dev.headrace.testing.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A Kafka broker of one node for tests: the real one, with short time limits of its quorum and small internal topics. It
 * keeps its port and its folder, so that a client sees a restart as it would see one elsewhere. Topics are not created by
 * themselves.
 */
public final class KafkaServer implements AutoCloseable {
    /** A setting that is none of the broker's: the feature level {@code transaction.version} of a new folder, 0 to 2. */
    public static final String TRANSACTION_VERSION = "headrace.transaction.version";

    private static KafkaServer shared;

    private final Path folder;
    private final int port;
    private final Map<String, String> settings;
    private final boolean ownProcess;
    private final KafkaTopics topics;
    private Broker broker;

    private KafkaServer(Path folder, int port, Map<String, String> settings, boolean ownProcess) {
        this.folder = folder;
        this.port = port;
        this.settings = Map.copyOf(settings);
        this.ownProcess = ownProcess;
        this.topics = new KafkaTopics(bootstrapServers());
        start();
    }

    /**
     * Starts a broker in this JVM.
     *
     * @param settings of the broker, over those for tests
     */
    public static KafkaServer inThisProcess(Path folder, Map<String, String> settings) {
        return inThisProcess(folder, freePort(), settings);
    }

    public static KafkaServer inThisProcess(Path folder, int port, Map<String, String> settings) {
        return new KafkaServer(folder, port, settings, false);
    }

    public static KafkaServer inThisProcess(Path folder) {
        return inThisProcess(folder, Map.of());
    }

    /** Starts a broker in a JVM of its own, which can be killed. */
    public static KafkaServer inOwnProcess(Path folder, Map<String, String> settings) {
        return new KafkaServer(folder, freePort(), settings, true);
    }

    /** A broker in this JVM that all tests share, and that nobody stops: it ends with the JVM, its folder too. */
    public static synchronized KafkaServer shared() {
        if (shared == null) {
            try {
                Path folder = Files.createTempDirectory("headrace-kafka");
                shared = inThisProcess(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            KafkaServer server = shared;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.stop();
                deleteFolder(server.folder);
            }));
        }
        return shared;
    }

    /** Runs a broker: {@code FOLDER PORT [setting=value ...]}. Prints its address once it serves; ends by a signal. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        KafkaServer server = new KafkaServer(Path.of(arguments[0]), Integer.parseInt(arguments[1]), settings, false);
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        System.out.println(server.bootstrapServers());
        new CountDownLatch(1).await();
    }

    public String bootstrapServers() {
        return "localhost:" + port;
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    /** Topics and records of the broker. */
    public KafkaTopics topics() {
        return topics;
    }

    /** Starts the broker again where it was. */
    public synchronized void start() {
        if (broker == null) {
            broker = ownProcess
                    ? Broker.inOwnProcess(folder, port, settings)
                    : Broker.inThisProcess(folder, brokerSettings());
        }
    }

    public synchronized void stop() {
        if (broker != null) {
            broker.stop();
            broker = null;
        }
    }

    /** Ends the broker's process at once. */
    public synchronized void kill() {
        broker.kill();
        broker = null;
    }

    @Override
    public void close() {
        topics.close();
        stop();
    }

    private Map<String, String> brokerSettings() {
        int controllerPort = freePort();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("controller.quorum.voters", "1@localhost:" + controllerPort);
        all.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        all.put("advertised.listeners", "PLAINTEXT://localhost:" + port);
        all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        all.put("controller.listener.names", "CONTROLLER");
        all.put("inter.broker.listener.name", "PLAINTEXT");
        all.put("log.dirs", folder.resolve("logs").toString());
        all.put("controller.quorum.election.timeout.ms", "100");
        all.put("controller.quorum.election.backoff.max.ms", "50");
        all.put("controller.quorum.fetch.timeout.ms", "500");
        all.put("broker.heartbeat.interval.ms", "100");
        all.put("broker.session.timeout.ms", "2000");
        all.put("auto.create.topics.enable", "false");
        all.put("delete.topic.enable", "true");
        all.put("offsets.topic.num.partitions", "4");
        all.put("offsets.topic.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "4");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.num.partitions", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200");
        all.put("group.initial.rebalance.delay.ms", "0");
        all.put("log.cleaner.dedupe.buffer.size", "4194304");
        all.put("num.network.threads", "2");
        all.put("num.io.threads", "3");
        all.put("background.threads", "2");
        all.put("num.recovery.threads.per.data.dir", "1");
        all.putAll(settings);
        return all;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteFolder(Path folder) {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
