package dev.headrace.bench.flink;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;

/**
 * Runs one Nexmark query on Flink in this process, a bounded streaming job on an embedded cluster, and prints a line of
 * {@code name=value} pairs. Arguments: {@code --query q0 --input FOLDER, --sink blackhole|checksum, --workers 2,
 * --snapshot-seconds 10, --managed 2g, --mini-batch on|off}, and {@code --set.KEY VALUE} for any option of Flink.
 *
 * <p>{@code wall_s} and {@code cpu_s} (user and system time of all threads, by the operating system) count from the moment
 * that the job is planned, submitted and the cluster is up to the job's end; {@code process_cpu_s} from the process's start.
 */
public final class FlinkRun {
    private static final Pattern DIRECTIVE = Pattern.compile("^-- (hash|key):(.*)$", Pattern.MULTILINE);

    private FlinkRun() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
        }
        for (String required : List.of("query", "input")) {
            if (!options.containsKey(required)) {
                end("--" + required + " is missing");
            }
        }
        try {
            System.out.println(run(options.get("query"), options));
        } catch (IllegalArgumentException e) {
            end(e.getMessage());
        }
        System.exit(0);
    }

    private static void end(String message) {
        System.err.println("FlinkRun: " + message);
        System.exit(2);
    }

    private static String run(String query, Map<String, String> options) throws Exception {
        Path input = Path.of(options.get("input")).toAbsolutePath();
        String sink = options.getOrDefault("sink", "blackhole");
        int workers = Integer.parseInt(options.getOrDefault("workers", "2"));
        refuseOtherPartitions(input, workers);
        Path work = Files.createTempDirectory("nexmark");
        try {
            TableEnvironment environment = TableEnvironment.create(EnvironmentSettings.newInstance()
                    .inStreamingMode()
                    .withConfiguration(configuration(options, workers, work))
                    .build());
            String source = "'connector' = 'filesystem', 'path' = '" + input.toUri()
                    + "', 'format' = 'json', 'source.path.regex-pattern' = '.*[.]json'";
            String tables = resource("tables.sql")
                    .replace("${source}", source)
                    .replace("${count_char}", CountChar.class.getName());
            for (String statement : tables.split(";")) {
                if (!statement.isBlank()) {
                    environment.executeSql(statement);
                }
            }
            TableResult submitted = environment.executeSql(insert(environment, query, sink));
            long cpu = cpuNanos();
            long wall = System.nanoTime();
            submitted.getJobClient().orElseThrow().getJobExecutionResult().get();
            double wallSeconds = (System.nanoTime() - wall) / 1e9;
            double cpuSeconds = (cpuNanos() - cpu) / 1e9;
            long events =
                    Long.parseLong(Files.readString(input.resolve("_EVENTS")).strip());
            return String.format(
                    "engine=flink version=%s java=%s query=%s sink=%s workers=%d events=%d wall_s=%.2f cpu_s=%.2f"
                            + " process_cpu_s=%.2f peak_rss_mib=%d %s",
                    EnvironmentInformation.getVersion(),
                    System.getProperty("java.version"),
                    query,
                    sink,
                    workers,
                    events,
                    wallSeconds,
                    cpuSeconds,
                    cpuNanos() / 1e9,
                    peakRssMiB(),
                    sink.equals("checksum") ? ChecksumTable.total() : "");
        } finally {
            delete(work);
        }
    }

    /** Flink reads files one after the other where there are more of them than readers, and the later ones' events are late. */
    private static void refuseOtherPartitions(Path input, int workers) throws IOException {
        try (Stream<Path> files = Files.list(input)) {
            long partitions =
                    files.filter(file -> file.toString().endsWith(".json")).count();
            if (partitions != workers) {
                throw new IllegalArgumentException(input + " holds " + partitions + " files of events and --workers is "
                        + workers + ": give as many workers as files");
            }
        }
    }

    private static Configuration configuration(Map<String, String> options, int workers, Path work) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("execution.target", "local");
        settings.put("parallelism.default", Integer.toString(workers));
        settings.put("taskmanager.numberOfTaskSlots", Integer.toString(workers));
        settings.put("taskmanager.memory.managed.size", options.getOrDefault("managed", "2g"));
        settings.put("taskmanager.memory.network.min", "256m");
        settings.put("taskmanager.memory.network.max", "256m");
        settings.put("pipeline.object-reuse", "true");
        settings.put("restart-strategy.type", "none");
        settings.put("state.backend.type", "rocksdb");
        settings.put("state.backend.rocksdb.localdir", work.resolve("rocksdb").toString());
        settings.put("execution.checkpointing.mode", "EXACTLY_ONCE");
        settings.put("execution.checkpointing.interval", options.getOrDefault("snapshot-seconds", "10") + "s");
        settings.put("execution.checkpointing.incremental", "true");
        settings.put("execution.checkpointing.storage", "filesystem");
        settings.put(
                "execution.checkpointing.dir",
                work.resolve("checkpoints").toUri().toString());
        // A finished job would else wait for one more checkpoint, up to a whole interval.
        settings.put("execution.checkpointing.checkpoints-after-tasks-finish.enabled", "false");
        settings.put("io.tmp.dirs", work.resolve("tmp").toString());
        settings.put("table.local-time-zone", "UTC");
        if (options.getOrDefault("mini-batch", "on").equals("on")) {
            settings.put("table.exec.mini-batch.enabled", "true");
            settings.put("table.exec.mini-batch.allow-latency", "2s");
            settings.put("table.exec.mini-batch.size", "50000");
            settings.put("table.optimizer.distinct-agg.split.enabled", "true");
        }
        options.forEach((name, value) -> {
            if (name.startsWith("set.")) {
                settings.put(name.substring("set.".length()), value);
            }
        });
        return Configuration.fromMap(settings);
    }

    private static String insert(TableEnvironment environment, String query, String sink) {
        String select = resource("queries/" + query + ".sql");
        String columns = environment.sqlQuery(select).getResolvedSchema().getColumns().stream()
                .map(column -> "`" + column.getName() + "` "
                        + column.getDataType().getLogicalType().copy(true).asSerializableString())
                .collect(Collectors.joining(", "));
        StringBuilder with = new StringBuilder("'connector' = '" + sink + "'");
        if (sink.equals("checksum")) {
            for (Matcher m = DIRECTIVE.matcher(select); m.find(); ) {
                with.append(
                        String.format(", '%s' = '%s'", m.group(1), m.group(2).strip()));
            }
        }
        environment.executeSql("CREATE TABLE nexmark_result (" + columns + ") WITH (" + with + ")");
        return "INSERT INTO nexmark_result " + select;
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** The most memory of this process that was resident at a time; -1 where the system does not tell. */
    private static long peakRssMiB() throws IOException {
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
        try (InputStream in = FlinkRun.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no query " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is left by now: Flink itself goes on removing checkpoints for a while after a job's end. */
    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                if (e != null && !(e instanceof NoSuchFileException)) {
                    throw e;
                }
                try {
                    Files.deleteIfExists(visited);
                } catch (DirectoryNotEmptyException left) {
                    // A file has come since; bench/nexmark removes what a process leaves.
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
