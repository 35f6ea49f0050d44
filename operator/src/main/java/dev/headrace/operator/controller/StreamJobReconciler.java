package dev.headrace.operator.controller;

import dev.headrace.crds.Snapshot;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Phase;
import dev.headrace.operator.change.Action;
import dev.headrace.operator.change.Change;
import dev.headrace.operator.change.Changes;
import dev.headrace.operator.change.Decision;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.change.Refused;
import dev.headrace.operator.controller.Observer.Observed;
import dev.headrace.operator.controller.Schedules.Scheduled;
import dev.headrace.operator.metrics.JobFigures;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.ControlToken;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.PodWatch;
import dev.headrace.operator.pod.Warnings;
import dev.headrace.operator.status.Statuses;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Makes of StreamJobs what they ask for. */
@ControllerConfiguration(
        name = "streamjob",
        fieldManager = Names.MANAGER,
        triggerReconcilerOnAllEvents = true,
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
@RateLimited(maxReconciliations = 50, within = 10)
public class StreamJobReconciler implements Reconciler<StreamJob> {
    private static final Logger LOG = Logger.getLogger(StreamJobReconciler.class);

    private final Observer observer;
    private final Execution execution;
    private final Deletion deletion;
    private final Schedules schedules;
    private final PodWatch pods;
    private final Warnings warnings;
    private final Events events;
    private final JobFigures figures;
    private final Clock clock;

    /** What the operator has failed at since it last went through with a job. */
    private final Remembered<String> failures = new Remembered<>();

    private final Recoveries recoveries = new Recoveries();

    private InformerEventSource<Snapshot, StreamJob> snapshots;

    public StreamJobReconciler(
            KubernetesClient client,
            PodWatch pods,
            ControlToken token,
            JobRuntime runtime,
            JobFigures figures,
            Events events,
            Clock clock) {
        this.pods = pods;
        this.figures = figures;
        this.clock = clock;
        warnings = new Warnings(client);
        observer = new Observer(pods, warnings, token, runtime);
        execution = new Execution(pods, runtime);
        this.events = events;
        deletion = new Deletion(observer, pods, events);
        schedules = new Schedules();
    }

    @Override
    public UpdateControl<StreamJob> reconcile(StreamJob job, Context<StreamJob> context) {
        if (context.isPrimaryResourceDeleted()) {
            return forget(job);
        }
        if (job.getSpec() == null) {
            return withoutSpec(job, context);
        }
        Instant now = clock.instant();
        Children children = new Children(job, context);
        if (job.isMarkedForDeletion()) {
            return deletion.reconcile(job, children, context, now);
        }
        if (Finalizer.differs(job)) {
            Finalizer.set(job, context);
            return UpdateControl.<StreamJob>noUpdate().rescheduleAfter(1L);
        }
        Observed seen = observer.observe(job, children, snapshots(job, context), execution.refused(job), now);
        if (!seen.moment().complete()) {
            return UpdateControl.<StreamJob>noUpdate().rescheduleAfter(Wakes.ANSWER);
        }
        Decision decision = Changes.next(seen.state(), seen.moment());
        Scheduled schedule =
                schedules.next(job, seen, name -> snapshot(job, name).isPresent(), context);
        Optional<String> failed = failures.of(job);
        StreamJobStatus known = Statuses.of(
                job.getMetadata().getName(), seen.before(), decision.state(), seen.moment(), schedule.status());
        StreamJobStatus status = failed.map(message ->
                        Statuses.failed(seen.before(), known, job.getMetadata().getGeneration(), message, now))
                .orElse(known);

        boolean written = Writer.status(job, status, context);
        decision.events().forEach(told -> events.tell(job, told.reason(), told.message()));
        schedule.refused().ifPresent(answer -> events.tell(job, EventReason.ObjectRefused, answer));
        Telling.of(seen.before(), status).forEach(told -> events.tell(job, told.reason(), told.message()));
        if (recoveries.see(job, Phase.valueOf(status.phase()), restarts(decision.state(), seen), now)) {
            events.tell(job, EventReason.JobRecovered, "the job has run on for half a minute since it failed");
        }
        boolean refusedAnew = act(job, seen, decision.state(), children, context);

        figures.set(job, status);
        failures.forget(job);
        boolean again = refusedAnew || failed.isPresent();
        boolean changed = !decision.state().equals(seen.state());
        return UpdateControl.<StreamJob>noUpdate()
                .rescheduleAfter(Wakes.after(
                        decision.state(),
                        written && changed || again,
                        schedule.status(),
                        Stream.of(
                                refused(job, schedule, now),
                                Changes.again(seen.moment()),
                                Changes.logRead(decision.state(), seen.moment()),
                                Changes.lost(seen.moment()),
                                recoveries.due(job),
                                Statuses.memoryForgotten(decision.state(), seen.moment()),
                                Statuses.figuresDue(status, decision.state(), seen.moment())),
                        now));
    }

    private static long restarts(JobState state, Observed seen) {
        return seen.moment()
                .pod(state.active().or(() -> state.change().flatMap(Change::to)))
                .told()
                .map(PodState::restarts)
                .orElse(0L);
    }

    /** One that was written before a spec was required: its status cannot be written either. */
    private UpdateControl<StreamJob> withoutSpec(StreamJob job, Context<StreamJob> context) {
        if (!job.isMarkedForDeletion()) {
            events.tell(job, EventReason.SpecRefused, "it has no spec; give it one, or delete it");
        } else if (job.hasFinalizer(Finalizer.NAME)) {
            context.resourceOperations().removeFinalizer(Finalizer.NAME);
        }
        return UpdateControl.noUpdate();
    }

    @Override
    public ErrorStatusUpdateControl<StreamJob> updateErrorStatus(
            StreamJob job, Context<StreamJob> context, Exception failure) {
        Failures.told(failure, Failures.attempt(context)).ifPresent(message -> {
            events.tell(job, EventReason.ReconcileFailed, message);
            figures.failed("streamjob");
            StreamJobStatus before = Optional.ofNullable(job.getStatus()).orElse(StreamJobStatus.NONE);
            StreamJobStatus status =
                    Statuses.failed(before, before, job.getMetadata().getGeneration(), message, clock.instant());
            failures.put(job, message);
            try {
                Writer.status(job, status, context);
                figures.set(job, status);
            } catch (KubernetesClientException e) {
                // What was read is old by now, if it failed behind its own status; the next try writes it.
                LOG.debugf("the status of %s could not be written: %s", ResourceID.fromResource(job), e.getMessage());
            }
        });
        return ErrorStatusUpdateControl.noStatusUpdate();
    }

    /** @return whether the API server refused what it had not refused before */
    private boolean act(StreamJob job, Observed seen, JobState state, Children children, Context<StreamJob> context) {
        Optional<Refused> before = seen.moment().objectRefused();
        List<Action> actions = Changes.actions(state, seen.moment());
        List<Refused> refused =
                execution.act(job, seen.target(), actions, observer.tokenDigest(job), children, context);
        actions.stream()
                .filter(Action.Force.class::isInstance)
                .map(Action.Force.class::cast)
                .forEach(force -> events.tell(
                        job,
                        EventReason.PodLost,
                        "the pod of revision " + force.revision()
                                + " has not ended a minute after its grace, so its node is"
                                + " lost: it is removed by force. If its process still lives, storage takes nothing from it"
                                + " once another runs"));
        refused.forEach(answer -> events.tell(job, EventReason.ObjectRefused, answer.sentence()));
        return !execution.refused(job).equals(before);
    }

    /** When what the API server did not take is tried again. */
    private Optional<Instant> refused(StreamJob job, Scheduled schedule, Instant now) {
        return execution.refused(job).isPresent() || schedule.refused().isPresent()
                ? Optional.of(now.plus(Wakes.REFUSED))
                : Optional.empty();
    }

    private UpdateControl<StreamJob> forget(StreamJob job) {
        String uid = job.getMetadata().getUid();
        execution.forget(job);
        observer.forget(uid);
        failures.forget(job);
        recoveries.forget(job);
        events.forget(uid);
        figures.forget(job);
        return UpdateControl.noUpdate();
    }

    @Override
    public List<EventSource<?, StreamJob>> prepareEventSources(EventSourceContext<StreamJob> context) {
        List<EventSource<?, StreamJob>> sources = new ArrayList<>();
        Children.KINDS.forEach(kind -> sources.add(children(kind, context)));
        snapshots = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Snapshot.class, StreamJob.class)
                        .withName("snapshots of streamjobs")
                        .withSecondaryToPrimaryMapper(snapshot -> jobs(snapshot, context))
                        .build(),
                context);
        sources.add(snapshots);
        sources.add(pods);
        sources.add(warnings);
        warnings.knows(job -> isKnown(job, context));
        execution.knows(job -> isKnown(job, context));
        failures.knows(job -> isKnown(job, context));
        recoveries.knows(job -> isKnown(job, context));
        return sources;
    }

    /** Jobs of namespaces that are not watched any more are in no cache. */
    private static boolean isKnown(StreamJob job, EventSourceContext<StreamJob> context) {
        try {
            return context.getPrimaryCache()
                    .get(ResourceID.fromResource(job))
                    .filter(it ->
                            it.getMetadata().getUid().equals(job.getMetadata().getUid()))
                    .isPresent();
        } catch (NoSuchElementException e) {
            // The cache does not ask first whether it has an informer for the namespace.
            return false;
        }
    }

    /** The job that a Snapshot is of, and those that go on from it. */
    private static Set<ResourceID> jobs(Snapshot snapshot, EventSourceContext<StreamJob> context) {
        String namespace = snapshot.getMetadata().getNamespace();
        Set<ResourceID> jobs = context.getPrimaryCache()
                .list(
                        namespace,
                        job -> snapshot.getMetadata()
                                .getName()
                                .equals(restoredFrom(job).orElse(null)))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
        if (snapshot.getSpec() != null) {
            jobs.add(new ResourceID(snapshot.getSpec().job(), namespace));
        }
        return jobs;
    }

    /** A job's own, and the one that it goes on from, which may be another job's. */
    private Stream<Snapshot> snapshots(StreamJob job, Context<StreamJob> context) {
        Optional<Snapshot> from = restoredFrom(job).flatMap(name -> snapshot(job, name));
        return Stream.concat(context.getSecondaryResourcesAsStream(Snapshot.class), from.stream());
    }

    private Optional<Snapshot> snapshot(StreamJob job, String name) {
        return snapshots.get(new ResourceID(name, job.getMetadata().getNamespace()));
    }

    static Optional<String> restoredFrom(StreamJob job) {
        return Optional.ofNullable(job.getSpec())
                .map(StreamJobSpec::restoreFrom)
                .map(StreamJobSpec.RestoreFrom::snapshot);
    }

    /** All of a job's objects are found by a label; those that do not carry ours are not even cached. */
    private <R extends HasMetadata> InformerEventSource<R, StreamJob> children(
            Class<R> kind, EventSourceContext<StreamJob> context) {
        InformerEventSource<R, StreamJob> source = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(kind, StreamJob.class)
                        .withName(kind.getSimpleName())
                        .withLabelSelector(Names.SELECTOR)
                        .withSecondaryToPrimaryMapper(object -> Names.job(object.getMetadata())
                                .map(name -> Set.of(new ResourceID(
                                        name, object.getMetadata().getNamespace())))
                                .orElse(Set.of()))
                        .build(),
                context);
        if (kind == Pod.class) {
            // By its uid: the next pod of a StatefulSet has the same name.
            pods.knows(pod -> source.get(ResourceID.fromResource(pod))
                    .filter(known -> known.getMetadata()
                            .getUid()
                            .equals(pod.getMetadata().getUid()))
                    .isPresent());
        }
        return source;
    }
}
