package dev.headrace.bench;

import dev.headrace.api.error.UserError;
import dev.headrace.connect.generate.NexmarkFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * The comparison of Headrace with a peer, all queries. Every measurement is a line of {@code runs.jsonl} as soon as it is
 * there; {@code report.md} is written anew after each query, so that a comparison that is cut short has left what it found.
 */
@CommandLine.Command(
        name = "bench/nexmark",
        description = "Runs Nexmark on Headrace and on a peer in turn and compares results and cost.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class NexmarkPairs implements Callable<Integer> {
    private static final String ALL = "q0,q1,q2,q3,q4,q5,q7,q8,q9,q11,q13,q14,q15,q16,q17,q18,q19,q20,q21,q22,q23";

    enum Peer {
        none,
        flink
    }

    enum Switch {
        on,
        off
    }

    @CommandLine.Option(names = "--queries", split = ",", defaultValue = ALL, description = "Queries, q0 to q23.")
    private List<String> queries;

    @CommandLine.Option(names = "--events", defaultValue = "4000000", description = "Events to make.")
    private long events;

    @CommandLine.Option(names = "--peer", defaultValue = "none", description = "${COMPLETION-CANDIDATES}.")
    private Peer peer;

    @CommandLine.Option(
            names = "--pairs",
            defaultValue = "3",
            description = "Timed runs of each engine and query; with 0, results are compared only.")
    private int pairs;

    @CommandLine.Option(
            names = "--check",
            defaultValue = "on",
            description = "Compare rows and checksums before timing: ${COMPLETION-CANDIDATES}.")
    private Switch check;

    @CommandLine.Option(names = "--memory", defaultValue = "6144", description = "MiB of a process, heap and all.")
    private long memory;

    @CommandLine.Option(names = "--workers", defaultValue = "2", description = "Workers, slots, and files of events.")
    private int workers;

    @CommandLine.Option(names = "--snapshot-seconds", defaultValue = "10", description = "Between two snapshots.")
    private int snapshotSeconds;

    @CommandLine.Option(
            names = "--mini-batch",
            defaultValue = "on",
            description = "Flink's mini-batches, 2 s and 50,000 rows: ${COMPLETION-CANDIDATES}.")
    private Switch miniBatch;

    @CommandLine.Option(names = "--timeout-minutes", defaultValue = "30", description = "After which a run failed.")
    private long timeoutMinutes;

    @CommandLine.Option(names = "--out", description = "Folder for results; bench/target/results unless said.")
    private Optional<Path> out;

    @CommandLine.Option(
            names = "--data",
            description = "Folder for events, made once, and for state; bench/target/nexmark unless said.")
    private Optional<Path> data;

    @CommandLine.Option(names = "--root", hidden = true, defaultValue = ".", description = "The project's folder.")
    private Path root;

    @CommandLine.Option(
            names = "--revision",
            hidden = true,
            defaultValue = "unknown",
            description = "Headrace's commit.")
    private String revision;

    @CommandLine.Option(names = "--peer-java", hidden = true, description = "The peer's JDK; bench/nexmark finds it.")
    private Optional<Path> peerJava;

    @CommandLine.Option(names = "--peer-jar", hidden = true, description = "The peer's jar; bench/nexmark builds it.")
    private Optional<Path> peerJar;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly)));
        System.exit(execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    /** Runs a command line; the exit code is 0, 1 where a run failed or results differ, or 2 for a mistake in the request. */
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = new CommandLine(new NexmarkPairs());
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler((e, _, _) -> {
            err.println("bench/nexmark: " + e.getMessage());
            return e instanceof UserError error && error.kind() == UserError.Kind.REQUEST ? 2 : 1;
        });
        return line.execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        for (String query : queries) {
            if (NexmarkPairs.class.getClassLoader().getResource("queries/" + query + ".sql") == null) {
                throw UserError.request("--queries: there is no query '" + query + "'; there are " + ALL + ",q6,q12");
            }
        }
        if (pairs < 0 || workers < 1 || events < workers || memory < 1024) {
            throw UserError.request(
                    "--pairs must be at least 0, --workers 1, --events the number of workers, --memory 1024");
        }
        Path target = root.toAbsolutePath().resolve("bench").resolve("target");
        Path files = data.orElse(target.resolve("nexmark")).toAbsolutePath();
        Path input = makeTheEvents(files);
        Path results = out.orElse(target.resolve("results"))
                .toAbsolutePath()
                .resolve(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .withZone(ZoneOffset.UTC)
                        .format(Instant.now()));
        Path logs = Files.createDirectories(results.resolve("logs"));
        Path temporary = files.resolve("state-of-runs");
        Contestant headrace = Contestant.headrace(revision, memory, temporary);
        Optional<Contestant> other = peer(temporary);
        Contestant.Task task = new Contestant.Task(input, events, workers, snapshotSeconds, timeoutMinutes, logs);
        Path runs = results.resolve("runs.jsonl");
        Set<String> engines = new TreeSet<>();
        Turns turns = new Turns(task, headrace, other, pairs, check == Switch.on, measurement -> {
            keep(measurement, runs);
            engines.add(title(measurement.engine()) + " " + measurement.version() + " on Java " + measurement.java());
        });
        List<Report.Line> lines = new ArrayList<>();
        for (String query : queries) {
            lines.add(turns.run(query));
            Files.writeString(
                    results.resolve("report.md"),
                    conditions(engines)
                            + Report.markdown(other.map(c -> title(c.name())).orElse("-"), lines));
        }
        say(Files.readString(results.resolve("report.md")));
        say(results.resolve("report.md").toString());
        boolean failed = lines.stream()
                .anyMatch(line -> line.verdict() == Report.Verdict.DIFFERENT
                        || !line.failures().isEmpty());
        return failed ? 1 : 0;
    }

    private Optional<Contestant> peer(Path temporary) {
        if (peer == Peer.none) {
            return Optional.empty();
        }
        Path java = peerJava.orElseThrow(() -> UserError.request("--peer needs --peer-java: start bench/nexmark"));
        Path jar = peerJar.orElseThrow(() -> UserError.request("--peer needs --peer-jar: start bench/nexmark"));
        return Optional.of(Contestant.flink(memory, miniBatch == Switch.on, java, jar.toAbsolutePath(), temporary));
    }

    /** Makes them where they are not there yet, and reads them once so that no run waits for the disk. */
    private Path makeTheEvents(Path files) throws IOException {
        Path folder = files.resolve("events-" + events + "-" + workers);
        Path marker = folder.resolve("_EVENTS");
        if (!Files.exists(marker) || Long.parseLong(Files.readString(marker).strip()) != events) {
            say("making " + events + " events in " + folder);
            NexmarkFiles.write(events, workers, folder);
        }
        try (Stream<Path> parts = Files.list(folder)) {
            for (Path part : parts.toList()) {
                try (InputStream in = Files.newInputStream(part)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        }
        return folder;
    }

    private static String title(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private String conditions(Set<String> engines) throws IOException {
        return String.format(
                Locale.ROOT,
                "# Nexmark, %,d events%n%n%s. %d workers on %d processors%s, %d MiB a process, a snapshot each %d s,"
                        + " %d timed runs of each, cold, %s.%s%n%n",
                events,
                String.join("; ", engines),
                workers,
                Runtime.getRuntime().availableProcessors(),
                processor().map(model -> " (" + model + ")").orElse(""),
                memory,
                snapshotSeconds,
                pairs,
                DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC).format(Instant.now()),
                peer == Peer.flink ? " Flink's mini-batches: " + miniBatch + "." : "");
    }

    /** The model's name, where the system tells it. */
    private static Optional<String> processor() throws IOException {
        Path information = Path.of("/proc/cpuinfo");
        if (!Files.exists(information)) {
            return Optional.empty();
        }
        return Files.readAllLines(information).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private void keep(Measurement measurement, Path runs) {
        say(measurement.json());
        try {
            Files.writeString(runs, measurement.json() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw UserError.job("cannot write " + runs + ": " + e.getMessage(), e);
        }
    }

    private void say(String text) {
        spec.commandLine().getOut().println(text);
    }
}
