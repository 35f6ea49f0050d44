package dev.headrace.runtime.command;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.runtime.control.ControlServer;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.log.LibraryLogs;
import dev.headrace.runtime.log.Log;
import dev.headrace.runtime.metrics.MetricsServer;
import dev.headrace.runtime.metrics.PrometheusText;
import dev.headrace.runtime.pod.Phase;
import dev.headrace.runtime.pod.Pod;
import dev.headrace.runtime.pod.PodOptions;
import dev.headrace.runtime.pod.StartOrder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;

/** {@code headrace pod}: the process of a pod. */
@CommandLine.Command(
        name = "pod",
        mixinStandardHelpOptions = true,
        description = "Keeps a job running, and answers those who watch and steer it: what a pod on Kubernetes does.")
public final class PodCommand implements Callable<Integer> {
    private static final String TOKEN = "HEADRACE_CONTROL_TOKEN_SHA256";
    private static final int FATAL = 1;
    /** That of -XX:+ExitOnOutOfMemoryError, which knows of the memory only that the JVM itself hands out. */
    private static final int OUT_OF_MEMORY = 3;

    @CommandLine.Option(names = "--job", paramLabel = "FILE", required = true, description = "A StreamJob.")
    private Path file;

    @CommandLine.Option(
            names = "--revision",
            paramLabel = "REVISION",
            required = true,
            description = "Which revision of the job this is.")
    private String revision;

    @CommandLine.Option(
            names = "--await-start",
            description = "Plans the job and waits to be told to start, unless this revision has the job already.")
    private boolean awaitStart;

    @CommandLine.Option(
            names = "--restore-from",
            paramLabel = "SNAPSHOT",
            description = "Starts from this snapshot, unless this revision has the job already.")
    private String restoreFrom;

    @CommandLine.Option(
            names = "--fresh",
            description = "Starts with empty state, unless this revision has the job already.")
    private boolean fresh;

    @CommandLine.Option(
            names = "--workers",
            defaultValue = "${env:HEADRACE_CORES}",
            description = "Threads that process rows (default: HEADRACE_CORES, or else the processors).")
    private Integer workers;

    @CommandLine.Option(names = "--control-port", description = "Of the control API; 0 takes any free port.")
    private int controlPort = 8081;

    @CommandLine.Option(names = "--metrics-port", description = "Of the figures for Prometheus; 0 takes any free port.")
    private int metricsPort = 9090;

    @CommandLine.Option(
            names = "--grace-seconds",
            description = "How long the last snapshot may take when the pod is asked to end (default: 55).")
    private int graceSeconds = 55;

    @Override
    public Integer call() throws InterruptedException {
        int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
        if (threads < 1) {
            throw UserError.request("--workers takes a number from 1, not " + threads);
        }
        if (fresh && restoreFrom != null) {
            throw UserError.request("a job starts either with --restore-from or with --fresh");
        }
        PodOptions options = new PodOptions(
                jobName(),
                revision,
                awaitStart,
                StartOrder.once(Optional.ofNullable(restoreFrom), fresh),
                threads,
                environment("HEADRACE_POD", "local"));
        openLog(options);
        Pod pod = new Pod(options, () -> JobFile.readInPod(file), PodCommand::die);
        pod.start();
        String token = environment(TOKEN, "");
        if (token.isEmpty()) {
            Log.warn(TOKEN + " is not set: the control API answers nothing but probes");
        }
        ControlServer control = ControlServer.start(pod, token, controlPort);
        MetricsServer metrics = MetricsServer.start(() -> figures(pod), metricsPort);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(pod), "end"));
        Log.info("control API on port " + control.port() + ", metrics on port " + metrics.port() + ", "
                + ManagementFactory.getRuntimeMXBean().getUptime() + " ms after the JVM began");
        new CountDownLatch(1).await();
        return 0;
    }

    private static String figures(Pod pod) {
        String job = pod.options().job();
        List<String> phases = Arrays.stream(Phase.values()).map(Phase::word).toList();
        return PrometheusText.ofPod(
                        job, phases, pod.life().phase().word(), pod.life().restarts())
                + pod.metrics().map(m -> PrometheusText.of(job, m)).orElse("");
    }

    /** Ends the process, with 0: a signal has asked for it. */
    private void end(Pod pod) {
        Log.info("the pod was asked to end");
        try {
            if (!pod.close(Duration.ofSeconds(graceSeconds))) {
                Log.warn("the last snapshot, or what was to follow it, was not complete within " + graceSeconds
                        + " s; the job goes on from the last one that is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Log.info("the pod ends");
        Runtime.getRuntime().halt(0);
    }

    /** The name in the file, or a stand-in where the file is wrong, which the pod itself then says. */
    private String jobName() {
        try {
            return JobFile.readInPod(file).name();
        } catch (UserError e) {
            return environment("HEADRACE_JOB", "unknown");
        }
    }

    private static void openLog(PodOptions options) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("job", options.job());
        fields.put("revision", options.revision());
        String namespace = environment("HEADRACE_NAMESPACE", "");
        if (!namespace.isEmpty()) {
            fields.put("namespace", namespace);
        }
        fields.put("pod", options.pod());
        Log.open(System.out, fields);
        LibraryLogs.take();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            Log.defect("in thread " + thread.getName() + ": " + e, e);
            if (Reason.isOutOfMemory(e)) {
                die(e);
            }
        });
    }

    private static void die(Throwable error) {
        Log.error("the process cannot go on, and ends: " + error);
        Runtime.getRuntime().halt(exitCode(error));
    }

    /** Says of memory of any kind, direct buffers or threads as of the heap, that it was memory. */
    static int exitCode(Throwable error) {
        return Reason.isOutOfMemory(error) ? OUT_OF_MEMORY : FATAL;
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
