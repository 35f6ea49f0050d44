package dev.headrace.bench;

import dev.headrace.api.error.UserError;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An engine that runs a query in a process of its own and prints one line {@code engine=.. name=value ..} about it.
 *
 * @param command starts the process; what a run asks for follows as options
 * @param temporary folder for state and snapshots, the same disk for every engine; removed after each run
 */
record Contestant(String name, List<String> command, Path temporary) {
    /**
     * Both engines get the same memory for the whole process, in MiB. Headrace keeps state in its heap: five sixths of it.
     */
    static Contestant headrace(String revision, long memory, Path temporary) {
        long heap = memory * 5 / 6;
        return new Contestant(
                "headrace",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms" + heap + "m",
                        "-Xmx" + heap + "m",
                        "-XX:+UseParallelGC",
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dheadrace.revision=" + revision,
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        NexmarkRun.class.getName()),
                temporary);
    }

    /** Half of the memory is Flink's heap, a third RocksDB's; the rest is for network buffers, classes, code and threads. */
    static Contestant flink(long memory, boolean miniBatch, Path javaHome, Path jar, Path temporary) {
        long heap = memory / 2;
        return new Contestant(
                "flink",
                List.of(
                        javaHome.resolve("bin").resolve("java").toString(),
                        "-Xms" + heap + "m",
                        "-Xmx" + heap + "m",
                        "-XX:+UseParallelGC",
                        "-XX:-UsePerfData",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Djava.io.tmpdir=" + temporary,
                        "-jar",
                        jar.toString(),
                        "--managed",
                        memory / 3 + "m",
                        "--mini-batch",
                        miniBatch ? "on" : "off"),
                temporary);
    }

    /** What all runs have in common. */
    record Task(Path input, long events, int workers, int snapshotSeconds, long timeoutMinutes, Path logs) {}

    /** Runs one query once and waits for its end. A run that fails is a {@link UserError}. */
    Measurement run(Task task, String query, String sink, int run) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of("--query", query, "--sink", sink, "--input", task.input.toString()));
        line.addAll(List.of("--workers", Integer.toString(task.workers)));
        line.addAll(List.of("--snapshot-seconds", Integer.toString(task.snapshotSeconds)));
        Path out = task.logs.resolve(String.join("-", name, query, sink, run + ".out"));
        Path err = task.logs.resolve(String.join("-", name, query, sink, run + ".err"));
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        try {
            Files.createDirectories(temporary);
            Process process = new ProcessBuilder(line)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(task.timeoutMinutes, TimeUnit.MINUTES)) {
                    throw UserError.job(
                            name + " did not end within " + task.timeoutMinutes + " minutes (--timeout-minutes)");
                }
            } finally {
                process.destroyForcibly().onExit().join();
                delete(temporary);
            }
            if (process.exitValue() != 0) {
                throw UserError.job(name + " failed: " + cause(out, err) + " (" + err + ")");
            }
            return Files.readString(out, StandardCharsets.UTF_8)
                    .lines()
                    .filter(text -> text.startsWith("engine="))
                    .map(text -> Measurement.parse(text, name, run, task.events, load))
                    .findFirst()
                    .orElseThrow(() -> UserError.job(name + " ended without its figures (" + out + ")"));
        } catch (IOException e) {
            throw UserError.job("cannot run " + line.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.job("interrupted while " + name + " ran " + query, e);
        }
    }

    /** The innermost cause of a stack trace, or the last line of anything else; the JVM's own last words are in {@code out}. */
    private static String cause(Path out, Path err) throws IOException {
        List<String> lines = Stream.of(Files.readString(out), Files.readString(err))
                .flatMap(String::lines)
                .filter(text -> !text.isBlank() && !text.startsWith("\tat ") && !text.startsWith("\t..."))
                .toList();
        return lines.stream()
                .filter(text -> text.startsWith("Caused by: "))
                .reduce((_, last) -> last)
                .orElse(lines.isEmpty() ? "without a word" : lines.getLast());
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
