package dev.headrace.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.core.run.Connections;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.RunClock;
import dev.headrace.format.FormatRegistry;
import dev.headrace.runtime.storage.Stores;
import dev.headrace.sql.PlanContext;
import dev.headrace.sql.SqlPlanner;
import dev.headrace.sql.codegen.GeneratedCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs Nexmark queries in this process, each as a bounded job with snapshots on disk, and prints a line a run. Arguments:
 * {@code --query q0,q5 --input FOLDER | --events N, --sink blackhole|checksum|filesystem.., --sink.OPTION VALUE, --workers
 * 2, --repeat 1, --snapshot-seconds 10}; q10, which writes files itself, takes {@code --output FOLDER}. CPU seconds are those
 * of the whole process from the job's opening to its end, JIT and GC included; {@code process_cpu_s} counts from the start
 * of the process. The property {@code headrace.revision} is what the line gives as the version.
 */
public final class NexmarkRun {
    private static final Pattern DIRECTIVE = Pattern.compile("^-- (hash|key):(.*)$", Pattern.MULTILINE);

    private NexmarkRun() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
        }
        for (String query : options.get("query").split(",")) {
            for (int run = 1; run <= Integer.parseInt(options.getOrDefault("repeat", "1")); run++) {
                System.out.println(run(query, run, options).line());
            }
        }
    }

    /** What came of a run: a line for people, and the checksum where the sink was one. */
    record Outcome(String line, ChecksumConnector.Total total) {}

    static Outcome run(String query, int run, Map<String, String> options) throws IOException {
        return run(query, run, options, RunClock.SYSTEM);
    }

    static Outcome run(String query, int run, Map<String, String> options, RunClock clock) throws IOException {
        String select = resource("queries/" + query + ".sql");
        String sink = options.getOrDefault("sink", "blackhole");
        int workers = Integer.parseInt(options.getOrDefault("workers", "2"));
        Path work = Files.createTempDirectory("nexmark");
        ChecksumConnector checksum = new ChecksumConnector();
        try (Stores stores = new Stores(Map.of())) {
            Connections connections =
                    new Connections(FormatRegistry.load(), new Environment(stores, clock, query)).with(checksum);
            Map<String, String> sinkOptions = new LinkedHashMap<>(Map.of("connector", sink));
            options.forEach((name, value) -> {
                if (name.startsWith("sink.")) {
                    sinkOptions.put(name.substring("sink.".length()), value);
                }
            });
            if (sink.equals("checksum")) {
                for (Matcher m = DIRECTIVE.matcher(select); m.find(); ) {
                    sinkOptions.put(m.group(1), m.group(2).strip());
                }
            }
            PlanContext context = PlanContext.of(work, connections)
                    .withQueryTable(schema -> new TableDefinition(
                            "result",
                            schema,
                            List.of(),
                            List.of(),
                            List.of(),
                            new Options("result", sinkOptions),
                            work));
            SqlPlanner planner = new SqlPlanner(context);
            planner.plan(resource("tables.sql")
                    .replace("${source}", source(options, workers))
                    .replace("${count_char}", CountChar.class.getName()));
            SqlPlanner.Result planned = planner.plan(select.replace(
                    "${output}",
                    options.getOrDefault("output", work.resolve("output").toString())));
            JobOptions jobOptions = JobOptions.of(query, workers)
                    .withClock(clock)
                    .withSnapshots(
                            new LocalStore(work.resolve("snapshots")),
                            Duration.ofSeconds(Long.parseLong(options.getOrDefault("snapshot-seconds", "10"))));
            if (options.containsKey("memory")) {
                jobOptions = jobOptions.withMemory(Long.parseLong(options.get("memory")) << 20, work);
            }
            long cpu = cpuNanos();
            long wall = System.nanoTime();
            Job job = Job.open(planned.job(), jobOptions, connections, new GeneratedCode(clock));
            job.start();
            job.await();
            double wallSeconds = (System.nanoTime() - wall) / 1e9;
            double cpuSeconds = (cpuNanos() - cpu) / 1e9;
            long events = job.metrics().sources().getFirst().rows();
            long out = job.metrics().sinks().getFirst().rows();
            String line = String.format(
                    "engine=headrace version=%s java=%s query=%s sink=%s workers=%d run=%d events=%d wall_s=%.2f events_per_s=%.0f cpu_s=%.2f"
                            + " events_per_cpu_s=%.0f process_cpu_s=%.2f peak_rss_mib=%d out=%d %s",
                    System.getProperty("headrace.revision", "unknown"),
                    System.getProperty("java.version"),
                    query,
                    sink,
                    workers,
                    run,
                    events,
                    wallSeconds,
                    events / wallSeconds,
                    cpuSeconds,
                    events / cpuSeconds,
                    cpuNanos() / 1e9,
                    peakRssMib(),
                    out,
                    sink.equals("checksum") ? checksum.total() : "");
            return new Outcome(line, checksum.total());
        } finally {
            delete(work);
        }
    }

    private static String source(Map<String, String> options, int workers) {
        return options.containsKey("input")
                ? "'connector' = 'filesystem', 'path' = '"
                        + Path.of(options.get("input")).toAbsolutePath()
                        + "', 'format' = 'json', 'source.path.regex-pattern' = '.*[.]json'"
                : "'connector' = 'nexmark', 'events' = '" + options.getOrDefault("events", "1000000")
                        + "', 'splits' = '" + workers + "'";
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** The most memory of this process that was resident at a time; -1 where the system does not tell. */
    private static long peakRssMib() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    private static String resource(String name) {
        try (InputStream in = NexmarkRun.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no query " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            found.forEach(files::add);
        }
        files.sort(Comparator.reverseOrder());
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
