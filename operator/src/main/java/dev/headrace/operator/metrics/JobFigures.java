package dev.headrace.operator.metrics;

import dev.headrace.crds.Condition;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.crds.word.Phase;
import dev.headrace.crds.word.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Figures of jobs, as their status has them: how many are in each phase, and of each job what alerts are made of. What is not known is
 * NaN, which no alert takes for anything. An operator that does not lead has none of them, and says that it does not lead.
 */
public final class JobFigures {
    private static final List<String> CONTROLLERS = List.of("streamjob", "snapshot");

    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();
    private volatile boolean leads;
    private volatile Predicate<String> watched = namespace -> true;

    public JobFigures(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        Gauge.builder("headrace_operator_leads", this, figures -> figures.leads ? 1 : 0)
                .description("1 of the replica that does the work")
                .register(registry);
        for (String controller : CONTROLLERS) {
            failures.put(
                    controller,
                    Counter.builder("headrace_failed_reconciliations")
                            .tag("controller", controller)
                            .description("Reconciliations that failed at more than what passes by itself")
                            .register(registry));
        }
    }

    /** From now on this process does the work. */
    public void lead() {
        leads = true;
        for (Phase phase : Phase.values()) {
            Gauge.builder("headrace_jobs", this, figures -> figures.count(phase))
                    .tag("phase", phase.name())
                    .description("StreamJobs in a phase")
                    .register(registry);
        }
    }

    /** One job's status, and the gauges that read it. */
    private final class Job {
        private volatile StreamJobStatus status;
        private final List<Meter.Id> meters = new ArrayList<>();

        Job(StreamJob job, StreamJobStatus status) {
            this.status = status;
            Tags tags = Tags.of(
                    "namespace",
                    job.getMetadata().getNamespace(),
                    "job",
                    job.getMetadata().getName());
            gauge("headrace_job_ready", "1 while the job runs or has finished", tags, s -> is(s, ConditionType.Ready));
            gauge("headrace_job_suspended", "1 while the job is suspended", tags, Job::suspended);
            gauge("headrace_job_degraded", "1 while something is wrong", tags, s -> is(s, ConditionType.Degraded));
            gauge("headrace_job_spec_valid", "1 while the spec can be run", tags, s -> is(s, ConditionType.SpecValid));
            gauge(
                    "headrace_job_snapshots_healthy",
                    "1 while snapshots are taken",
                    tags,
                    s -> is(s, ConditionType.SnapshotHealthy));
            gauge(
                    "headrace_job_lag",
                    "Rows, for files bytes, not yet read, as last told",
                    tags,
                    s -> s.progress() == null || s.progress().lag() == null
                            ? Double.NaN
                            : s.progress().lag());
            gauge("headrace_job_snapshot_age_seconds", "Since the last snapshot that is known", tags, this::age);
            gauge(
                    "headrace_job_change_seconds",
                    "Since the change of the job that is under way began; 0 without one",
                    tags,
                    this::change);
        }

        private static double suspended(StreamJobStatus status) {
            return Phase.Suspended.name().equals(status.phase())
                            || Phase.Suspending.name().equals(status.phase())
                    ? 1
                    : 0;
        }

        /** A job that is suspended rests in the last step of that change. */
        private double change(StreamJobStatus status) {
            return status.transition() == null
                            || Step.Suspended.name().equals(status.transition().step())
                    ? 0
                    : since(status.transition().since());
        }

        private double age(StreamJobStatus status) {
            return status.snapshot() == null
                    ? Double.NaN
                    : since(status.snapshot().at());
        }

        private void gauge(String name, String description, Tags tags, ToDoubleFunction<StreamJobStatus> value) {
            meters.add(Gauge.builder(name, this, job -> value.applyAsDouble(job.status))
                    .tags(tags)
                    .description(description)
                    .register(registry)
                    .getId());
        }
    }

    /** A reconciliation failed, and that was told. */
    public void failed(String controller) {
        failures.get(controller).increment();
    }

    /** Jobs of other namespaces are nobody's business any more. */
    public void watch(Predicate<String> namespaces) {
        watched = namespaces;
        jobs.keySet().stream()
                .filter(name -> !namespaces.test(name.substring(0, name.indexOf('/'))))
                .forEach(this::forget);
    }

    public void set(StreamJob job, StreamJobStatus status) {
        if (!watched.test(job.getMetadata().getNamespace())) {
            return;
        }
        jobs.compute(name(job), (name, known) -> {
            if (known == null) {
                return new Job(job, status);
            }
            known.status = status;
            return known;
        });
    }

    public void forget(StreamJob job) {
        forget(name(job));
    }

    private void forget(String name) {
        Optional.ofNullable(jobs.remove(name)).ifPresent(known -> known.meters.forEach(registry::remove));
    }

    /** One that is made again under the same name has the same figures. */
    private static String name(StreamJob job) {
        return job.getMetadata().getNamespace() + "/" + job.getMetadata().getName();
    }

    private double count(Phase phase) {
        return jobs.values().stream()
                .filter(job -> phase.name().equals(job.status.phase()))
                .count();
    }

    private static double is(StreamJobStatus status, ConditionType type) {
        return Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
                .filter(condition -> condition.type().equals(type.name()))
                .map(Condition::status)
                .findFirst()
                .map(word -> switch (word) {
                    case "True" -> 1.0;
                    case "False" -> 0.0;
                    default -> Double.NaN;
                })
                .orElse(Double.NaN);
    }

    private double since(String time) {
        try {
            return Math.max(0, (clock.millis() - Instant.parse(time).toEpochMilli()) / 1000.0);
        } catch (DateTimeParseException e) {
            return Double.NaN;
        }
    }
}
