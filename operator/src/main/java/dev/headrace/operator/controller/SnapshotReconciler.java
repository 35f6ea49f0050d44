package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.SnapshotStatus;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Phase;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.operator.job.JobYaml;
import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.objects.StoragePods;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodWatch;
import dev.headrace.operator.pod.Pods;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.pod.Work;
import dev.headrace.operator.snapshot.Retained;
import dev.headrace.operator.snapshot.Taking;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Has Snapshots taken, and removes those that are past their retention. */
@ControllerConfiguration(
        name = "snapshot",
        fieldManager = Names.MANAGER,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class SnapshotReconciler implements Reconciler<Snapshot> {
    private static final String STREAM_JOBS = "streamjobs of snapshots";
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Each namespace has it. */
    private static final Duration SAFETY = Duration.ofMinutes(10);

    private final PodWatch pods;
    private final JobRuntime runtime;
    private final Events events;
    private final JobFigures figures;
    private final Clock clock;

    public SnapshotReconciler(PodWatch pods, JobRuntime runtime, JobFigures figures, Events events, Clock clock) {
        this.figures = figures;
        this.pods = pods;
        this.runtime = runtime;
        this.clock = clock;
        this.events = events;
    }

    @Override
    public UpdateControl<Snapshot> reconcile(Snapshot snapshot, Context<Snapshot> context) {
        if (snapshot.isMarkedForDeletion()) {
            return UpdateControl.noUpdate();
        }
        if (snapshot.getSpec() == null) {
            events.tell(snapshot, EventReason.SpecRefused, "it has no spec; delete it, and make it anew with one");
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        Optional<StreamJob> job = context.getSecondaryResource(StreamJob.class)
                .filter(it -> !it.isMarkedForDeletion() && it.getSpec() != null);
        Optional<Pod> removal = context.getSecondaryResourcesAsStream(Pod.class)
                .filter(pod -> Children.isOf(snapshot, pod))
                .findFirst();
        SnapshotStatus before = Optional.ofNullable(snapshot.getStatus()).orElse(SnapshotStatus.NONE);
        String savepoint = Optional.ofNullable(before.savepoint()).orElseGet(() -> savepoint(snapshot));
        Taking next = Taking.next(new Taking.Seen(
                before,
                snapshot.getMetadata().getGeneration(),
                savepoint,
                job.map(this::seen).orElse(new Taking.Job.Missing()),
                SnapshotPhase.InProgress.name().equals(before.phase())
                        ? pods.savepoint(namespace(snapshot), snapshot.getSpec().job(), before.revision(), savepoint)
                        : new SavepointState.Unknown(),
                Retained.expired(snapshot, siblings(snapshot, context), job, jobs(snapshot, context), now),
                Work.of(removal),
                removal.flatMap(Pods::trouble),
                now));
        boolean written = status(snapshot, next.status(), context);
        next.told().ifPresent(reason -> {
            String message = next.status().message()
                    + Optional.ofNullable(next.status().path())
                            .map(path -> " (" + path + ")")
                            .orElse("");
            events.tell(snapshot, reason, message);
            job.ifPresent(it ->
                    events.tell(it, reason, "Snapshot " + snapshot.getMetadata().getName() + ": " + message));
        });
        act(snapshot, next, savepoint, job, removal, context);
        return UpdateControl.<Snapshot>noUpdate().rescheduleAfter(wake(snapshot, next, written, job, now));
    }

    @Override
    public ErrorStatusUpdateControl<Snapshot> updateErrorStatus(
            Snapshot snapshot, Context<Snapshot> context, Exception failure) {
        Failures.told(failure, Failures.attempt(context)).ifPresent(message -> {
            events.tell(snapshot, EventReason.ReconcileFailed, message);
            figures.failed("snapshot");
        });
        return ErrorStatusUpdateControl.noStatusUpdate();
    }

    private void act(
            Snapshot snapshot,
            Taking next,
            String savepoint,
            Optional<StreamJob> job,
            Optional<Pod> removal,
            Context<Snapshot> context) {
        switch (next.act()) {
            case NOTHING -> {}
            case ASK ->
                pods.ask(
                        namespace(snapshot),
                        snapshot.getSpec().job(),
                        next.status().revision(),
                        new Command.Savepoint(savepoint));
            case REMOVE ->
                access(next.status(), job)
                        .map(spec -> StoragePods.removing(spec, next.status().storage(), savepoint, snapshot))
                        .ifPresent(pod -> Writer.apply(pod, removal, context));
            case CLEAR -> removal.ifPresent(pod -> Writer.remove(pod, context.getClient()));
            case DELETE -> Writer.remove(snapshot, context.getClient());
        }
    }

    /** With what storage is reached: as the job does that has it now, or else as it was when the Snapshot was taken. */
    private Optional<StreamJobSpec> access(SnapshotStatus status, Optional<StreamJob> job) {
        Optional<StreamJobSpec> now = job.map(StreamJob::getSpec)
                .map(spec -> JobYaml.withImage(spec, runtime.imageOf(spec)))
                .map(spec -> spec.serviceAccountName() == null
                        ? JobYaml.withServiceAccount(
                                spec, job.get().getMetadata().getName())
                        : spec);
        return now.filter(spec -> spec.snapshots().storage().equals(status.storage()))
                .or(() -> Optional.ofNullable(status.access())
                        .flatMap(JobYaml::decompress)
                        .flatMap(JobYaml::read))
                .or(() -> now);
    }

    static Set<ResourceID> job(Snapshot snapshot) {
        return snapshot.getSpec() == null
                ? Set.of()
                : Set.of(new ResourceID(snapshot.getSpec().job(), namespace(snapshot)));
    }

    private static Duration wake(
            Snapshot snapshot, Taking next, boolean written, Optional<StreamJob> job, Instant now) {
        if (written) {
            return Duration.ofMillis(1);
        }
        String phase = Optional.ofNullable(next.status().phase()).orElse("");
        if (phase.equals(SnapshotPhase.InProgress.name())) {
            return LOOK;
        }
        return Retained.expires(snapshot, job)
                .map(at -> Duration.between(now, at).plusMillis(1))
                .filter(time -> time.isPositive() && time.compareTo(SAFETY) < 0)
                .orElse(SAFETY);
    }

    private Taking.Job seen(StreamJob job) {
        StreamJobStatus status = Optional.ofNullable(job.getStatus()).orElse(StreamJobStatus.NONE);
        boolean runs =
                Phase.Running.name().equals(status.phase()) && status.revision() != null && status.transition() == null;
        if (status.finished() != null && status.transition() == null) {
            return new Taking.Job.Finished(
                    Optional.ofNullable(status.snapshot()).map(StreamJobStatus.LastSnapshot::path));
        }
        return runs
                ? new Taking.Job.Running(
                        status.revision(),
                        job.getSpec().snapshots().storage(),
                        JobYaml.access(job, runtime.imageOf(job.getSpec())))
                : new Taking.Job.Idle(Optional.ofNullable(status.phase()).orElse(Phase.Pending.name()));
    }

    /** A Snapshot that is made again under the same name is another savepoint. */
    private static String savepoint(Snapshot snapshot) {
        return snapshot.getMetadata().getName() + "-"
                + snapshot.getMetadata().getUid().substring(0, 5);
    }

    private static List<Snapshot> siblings(Snapshot snapshot, Context<Snapshot> context) {
        return context.getPrimaryCache()
                .list(namespace(snapshot))
                .filter(other -> other.getSpec() != null
                        && other.getSpec().job().equals(snapshot.getSpec().job()))
                .toList();
    }

    /** Those of the namespace: any may start from a Snapshot of another. */
    private static List<StreamJob> jobs(Snapshot snapshot, Context<Snapshot> context) {
        return context.eventSourceRetriever().getEventSourceFor(StreamJob.class, STREAM_JOBS)
                        instanceof InformerEventSource<StreamJob, ?> informer
                ? informer.list(namespace(snapshot)).toList()
                : List.of();
    }

    private static boolean status(Snapshot snapshot, SnapshotStatus status, Context<Snapshot> context) {
        if (status.equals(snapshot.getStatus())) {
            return false;
        }
        Snapshot fresh = new Snapshot();
        fresh.setMetadata(new ObjectMetaBuilder()
                .withName(snapshot.getMetadata().getName())
                .withNamespace(namespace(snapshot))
                .withResourceVersion(snapshot.getMetadata().getResourceVersion())
                .build());
        fresh.setSpec(null);
        fresh.setStatus(status);
        context.resourceOperations().serverSideApplyPrimaryStatus(fresh);
        return true;
    }

    private static String namespace(Snapshot snapshot) {
        return snapshot.getMetadata().getNamespace();
    }

    @Override
    public List<EventSource<?, Snapshot>> prepareEventSources(EventSourceContext<Snapshot> context) {
        return List.of(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(StreamJob.class, Snapshot.class)
                                .withName(STREAM_JOBS)
                                .withPrimaryToSecondaryMapper(SnapshotReconciler::job)
                                .withSecondaryToPrimaryMapper(job -> context.getPrimaryCache()
                                        .list(job.getMetadata().getNamespace())
                                        .filter(snapshot -> snapshot.getSpec() != null
                                                && snapshot.getSpec()
                                                        .job()
                                                        .equals(job.getMetadata()
                                                                .getName()))
                                        .map(ResourceID::fromResource)
                                        .collect(Collectors.toSet()))
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Pod.class, Snapshot.class)
                                .withName("pods that remove snapshots")
                                .withLabelSelector(Names.NAME + "=" + Names.STORAGE + "," + Names.SNAPSHOT)
                                .withSecondaryToPrimaryMapper(pod -> Set.of(new ResourceID(
                                        pod.getMetadata().getLabels().get(Names.SNAPSHOT),
                                        pod.getMetadata().getNamespace())))
                                .build(),
                        context));
    }
}
