package dev.headrace.runtime.job;

import dev.headrace.api.error.UserError;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.Connections;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.upgrade.UpgradeText;
import dev.headrace.runtime.metrics.MetricsServer;
import dev.headrace.runtime.terminal.Progress;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a job in the foreground: to its end, or until the process is asked to stop (Ctrl-C, SIGTERM), when it takes a
 * snapshot from which the next run goes on.
 */
public final class JobRunner {
    private static final long STOP_SECONDS = 60;
    private static final long PROGRESS_MILLIS = 500;

    private final PrintStream messages;
    private final boolean terminal;
    /** Somebody has asked for the end, and is told of it. */
    private volatile boolean stopping;

    /** @param terminal whether a person watches {@code messages} */
    public JobRunner(PrintStream messages, boolean terminal) {
        this.messages = messages;
        this.terminal = terminal;
    }

    /** Whether the job's last snapshot says that its input has ended and all output is out; then it says so. */
    public boolean isFinished(JobPlan plan, JobOptions options, Connections connections) {
        Optional<Manifest> latest = StoredJob.settle(plan, options, connections);
        latest.ifPresent(m -> messages.println("job '" + options.name() + "' had finished already (snapshot " + m.id()
                + ", " + Instant.ofEpochMilli(m.createdMillis()) + "); run it with --fresh to start anew"));
        return latest.isPresent();
    }

    /** Runs to the end; an error of the job is thrown. */
    public void run(String name, Job job, OptionalInt metricsPort, boolean quiet) {
        boolean stoppable = job.canStop();
        job.startedFrom()
                .ifPresent(m -> say(
                        quiet,
                        "job '" + name + "' goes on from snapshot " + m.id()
                                + job.upgrade()
                                        .flatMap(UpgradeText::summary)
                                        .map(s -> "; it has changed: " + s)
                                        .orElse("")));
        job.notice().ifPresent(notice -> messages.println("note: " + notice));
        Progress progress = new Progress(job, messages, terminal && !quiet);
        Thread hook = new Thread(() -> stop(name, job, progress, stoppable, quiet), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        Optional<MetricsServer> metrics = metricsPort.isPresent()
                ? Optional.of(MetricsServer.start(name, job, metricsPort.getAsInt()))
                : Optional.empty();
        try {
            metrics.ifPresent(m -> say(quiet, "metrics at http://localhost:" + m.port() + "/metrics"));
            job.start();
            watch(job, progress);
            job.await();
            progress.clear();
            if (!stopping) {
                say(quiet, "job '" + name + "' is done: " + progress.summary());
            }
        } finally {
            progress.clear();
            metrics.ifPresent(MetricsServer::close);
            removeHook(hook);
        }
    }

    private void say(boolean quiet, String message) {
        if (!quiet) {
            messages.println(message);
        }
    }

    private void watch(Job job, Progress progress) {
        String told = "";
        while (!job.end().isDone()) {
            try {
                job.end().get(PROGRESS_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                told = tell(job, progress, told);
                progress.show();
            } catch (ExecutionException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Says why snapshots fail, once for each reason, and when they are written again. */
    private String tell(Job job, Progress progress, String told) {
        String trouble = job.metrics().snapshots().trouble();
        if (!trouble.equals(told)) {
            progress.clear();
            messages.println(
                    trouble.isEmpty()
                            ? "headrace: snapshots are written again"
                            : "headrace: a snapshot cannot be written: " + trouble
                                    + "; the job goes on and tries again, and results that are committed with it wait");
        }
        return trouble;
    }

    private void stop(String name, Job job, Progress progress, boolean stoppable, boolean quiet) {
        if (job.end().isDone()) {
            return;
        }
        stopping = true;
        progress.clear();
        if (!stoppable) {
            job.cancel();
            return;
        }
        say(quiet, "stopping job '" + name + "' with a snapshot ...");
        try {
            String snapshot = job.stopWithSnapshot().get(STOP_SECONDS, TimeUnit.SECONDS);
            job.end().get(STOP_SECONDS, TimeUnit.SECONDS);
            say(quiet, "stopped: " + snapshot + "; the next run goes on from there");
        } catch (ExecutionException e) {
            say(quiet, e.getCause() instanceof UserError error ? error.getMessage() : "stopped: " + e.getCause());
        } catch (TimeoutException e) {
            String trouble = job.metrics().snapshots().trouble();
            say(
                    quiet,
                    (trouble.isEmpty() ? "the snapshot took too long" : "the snapshot cannot be written: " + trouble)
                            + "; the next run goes on from the one before");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is going down: the hook is what brought us here.
        }
    }
}
