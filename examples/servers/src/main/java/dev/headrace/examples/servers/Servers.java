package dev.headrace.examples.servers;

import dev.headrace.testing.kafka.KafkaServer;
import dev.headrace.testing.kafka.KafkaTopics;
import dev.headrace.testing.s3.S3Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The servers of the examples on Kubernetes, for trying things out: one process each, no replicas, and data that lasts as long
 * as the pod.
 *
 * <p>{@code s3 FOLDER BUCKET PORT SEED} serves FOLDER, whose bucket has the files of SEED under {@code data/}. {@code kafka FOLDER
 * PORT HOST RATE TOPIC=FILE ...} serves topics of one partition, into which the lines of FILE (gzip) come, RATE a second, one
 * topic after the other; clients find it at HOST.
 */
public final class Servers {
    private static final String ALL_ADDRESSES = "0.0.0.0";
    private static final int BATCHES_A_SECOND = 10;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private Servers() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "s3" -> s3(Path.of(arguments[1]), arguments[2], arguments[3], Path.of(arguments[4]));
            case "kafka" ->
                kafka(
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        arguments[3],
                        Integer.parseInt(arguments[4]),
                        List.of(arguments).subList(5, arguments.length));
            default -> {
                System.err.println(
                        "give one of: s3 FOLDER BUCKET PORT SEED; kafka FOLDER PORT HOST RATE TOPIC=FILE ...");
                System.exit(2);
            }
        }
    }

    private static void s3(Path folder, String bucket, String port, Path seed)
            throws IOException, InterruptedException {
        Path target = Files.createDirectories(folder.resolve(bucket).resolve("data"));
        try (var files = Files.list(seed)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        S3Server.main(new String[] {folder.toString(), bucket, port, ALL_ADDRESSES});
    }

    /** A second listener, on the loopback address, is for filling the topics: clients' name of the broker may not be known yet. */
    private static void kafka(Path folder, int port, String host, int rate, List<String> topics)
            throws IOException, InterruptedException {
        int local = port + 1;
        int controller = port + 2;
        boolean isNew = !Files.exists(folder);
        KafkaServer server = KafkaServer.inThisProcess(
                folder,
                port,
                Map.of(
                        "listeners",
                        "PLAINTEXT://%s:%d,LOCAL://localhost:%d,CONTROLLER://localhost:%d"
                                .formatted(ALL_ADDRESSES, port, local, controller),
                        "advertised.listeners",
                        "PLAINTEXT://%s:%d,LOCAL://localhost:%d".formatted(host, port, local),
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,LOCAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "inter.broker.listener.name",
                        "LOCAL",
                        "controller.quorum.voters",
                        "1@localhost:" + controller));
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        System.out.println("Kafka at " + host + ":" + port);
        if (isNew) {
            try (KafkaTopics client = new KafkaTopics("localhost:" + local)) {
                for (String topic : topics) {
                    client.create(topic.substring(0, topic.indexOf('=')), 1);
                }
                for (String topic : topics) {
                    String name = topic.substring(0, topic.indexOf('='));
                    long count = fill(client, name, Path.of(topic.substring(name.length() + 1)), rate);
                    System.out.println(name + ": all " + count + " records are there");
                }
            }
        }
        new CountDownLatch(1).await();
    }

    private static long fill(KafkaTopics client, String topic, Path file, int rate)
            throws IOException, InterruptedException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            long start = System.nanoTime();
            long count = 0;
            List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                batch.add(new ProducerRecord<>(topic, line.getBytes(StandardCharsets.UTF_8)));
                if (batch.size() >= Math.max(1, rate / BATCHES_A_SECOND)) {
                    count += batch.size();
                    client.produce(batch);
                    batch.clear();
                    long due = start + count * NANOS_A_SECOND / rate;
                    TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                }
            }
            client.produce(batch);
            return count + batch.size();
        }
    }
}
