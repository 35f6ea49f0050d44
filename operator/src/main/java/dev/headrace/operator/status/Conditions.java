package dev.headrace.operator.status;

import dev.headrace.crds.Condition;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.crds.word.Phase;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.change.Change;
import dev.headrace.operator.change.Changes;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.change.Moment;
import dev.headrace.operator.pod.OutOfMemory;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The conditions of a job. One that is as it was keeps the time since when. */
final class Conditions {
    /** For so long a job counts as short of memory after it has run out of it; so long Kubernetes waits longer with each restart. */
    static final Duration RECENT = Duration.ofMinutes(10);

    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final String UNKNOWN = "Unknown";

    private final List<Condition> before;
    private final Moment moment;
    private final List<Condition> now = new ArrayList<>();

    private Conditions(List<Condition> before, Moment moment) {
        this.before = before;
        this.moment = moment;
    }

    static List<Condition> of(List<Condition> before, JobState state, Moment moment, Phases phases) {
        Conditions conditions = new Conditions(before, moment);
        conditions.ready(state, phases);
        conditions.progressing(state);
        conditions.degraded(state, phases);
        conditions.specValid(state, phases);
        conditions.snapshotHealthy(runs(state, moment));
        conditions.set(ConditionType.HandoverInProgress, FALSE, Reason.NoHandover, Reason.NoHandover.sentence());
        return List.copyOf(conditions.now);
    }

    /** The same ones, but that the job is degraded. */
    static List<Condition> failed(
            List<Condition> before, List<Condition> others, long generation, String message, Instant now) {
        List<Condition> conditions = new ArrayList<>(others);
        Optional<Condition> last = last(before, ConditionType.Degraded);
        Condition failed = new Condition(
                ConditionType.Degraded.name(),
                TRUE,
                Reason.ReconcileFailed.name(),
                message,
                last.filter(condition -> condition.status().equals(TRUE))
                        .map(Condition::lastTransitionTime)
                        .orElse(Times.text(now)),
                generation);
        last(others, ConditionType.Degraded)
                .ifPresentOrElse(
                        condition -> conditions.set(conditions.indexOf(condition), failed),
                        () -> conditions.add(failed));
        return List.copyOf(conditions);
    }

    /** The same ones, but that the job is not ready. */
    static List<Condition> deleting(List<Condition> before, long generation, Instant now) {
        return before.stream()
                .map(condition -> condition.type().equals(ConditionType.Ready.name())
                        ? new Condition(
                                condition.type(),
                                FALSE,
                                Reason.JobDeleted.name(),
                                Reason.JobDeleted.sentence(),
                                condition.status().equals(FALSE) ? condition.lastTransitionTime() : Times.text(now),
                                generation)
                        : condition)
                .toList();
    }

    /** The pod that runs the job, or is about to. */
    static PodSeen runs(JobState state, Moment moment) {
        Optional<Change> change = state.change();
        boolean old = change.isEmpty()
                || switch (change.get().step()) {
                    case Trying -> change.get().from().isPresent();
                    case Stopping, RollingBack, Suspending, Suspended -> true;
                    case Starting -> false;
                };
        Optional<String> revision = old ? change.flatMap(Change::from).or(state::active) : change.flatMap(Change::to);
        return revision.<PodSeen>map(
                        name -> Optional.ofNullable(moment.revisions().get(name))
                                .map(Moment.Seen::pod)
                                .orElse(new PodSeen.Absent()))
                .orElse(new PodSeen.Absent());
    }

    private void ready(JobState state, Phases phases) {
        PodSeen pod = runs(state, moment);
        boolean finished = state.hasFinished()
                && state.change().filter(change -> change.step() != Step.Trying).isEmpty();
        if (finished) {
            set(ConditionType.Ready, TRUE, Reason.JobFinished, Reason.JobFinished.sentence());
        } else if (pod.is(PodState.Phase.Running)) {
            set(ConditionType.Ready, TRUE, Reason.JobRunning, Reason.JobRunning.sentence());
        } else if (pod.is(PodState.Phase.Finished)) {
            set(ConditionType.Ready, TRUE, Reason.JobFinished, Reason.JobFinished.sentence());
        } else {
            set(ConditionType.Ready, FALSE, notReady(phases.phase(), pod), phases.message());
        }
    }

    private static Reason notReady(Phase phase, PodSeen pod) {
        return switch (phase) {
            case Pending -> reason(pod);
            case Starting, Running, Finished -> Reason.JobStarting;
            case BackingOff -> Reason.JobFailing;
            case Unreachable -> Reason.PodUnreachable;
            case TakenOver -> Reason.JobTakenOver;
            case Upgrading -> Reason.UpgradeInProgress;
            case RollingBack -> Reason.RollbackInProgress;
            case Suspending -> Reason.SuspendInProgress;
            case Suspended -> Reason.JobSuspended;
            case Invalid -> Reason.SpecRefused;
            case Deleting -> Reason.JobDeleted;
        };
    }

    /** The last end of a process for lack of memory, if that was a short while ago. */
    static Optional<OutOfMemory> shortOfMemory(JobState state, Moment moment) {
        return moment.outOfMemory(Changes.needed(state))
                .filter(end -> moment.now().isBefore(end.at().plus(RECENT)));
    }

    private static Reason reason(PodSeen pod) {
        return pod instanceof PodSeen.Refused ? Reason.PodRefused : Reason.PodPending;
    }

    /** A pod that is to run, and will not until somebody does something. */
    private Optional<PodSeen> stuck(JobState state) {
        return Stream.of(state.change().flatMap(Change::to), state.change().flatMap(Change::from), state.active())
                .flatMap(Optional::stream)
                .map(moment::pod)
                .filter(pod -> pod.trouble().isPresent())
                .findFirst();
    }

    private void progressing(JobState state) {
        Reason reason = state.change()
                .map(change -> switch (change.step()) {
                    case Trying, Starting -> change.from().isPresent() ? Reason.UpgradeInProgress : Reason.JobStarting;
                    case Stopping -> Reason.UpgradeInProgress;
                    case RollingBack -> Reason.RollbackInProgress;
                    case Suspending -> Reason.SuspendInProgress;
                    case Suspended -> Reason.NoChange;
                })
                .orElse(Reason.NoChange);
        if (reason == Reason.NoChange) {
            set(ConditionType.Progressing, FALSE, reason, reason.sentence());
        } else {
            set(
                    ConditionType.Progressing,
                    TRUE,
                    reason,
                    stuck(state)
                            .flatMap(PodSeen::trouble)
                            .map(why -> reason.sentence() + " It does not go on: " + why)
                            .orElse(reason.sentence()));
        }
    }

    private void degraded(JobState state, Phases phases) {
        boolean late = state.change()
                .filter(change -> change.from().isEmpty())
                .flatMap(Change::deadline)
                .filter(deadline -> !moment.now().isBefore(deadline))
                .isPresent();
        Optional<PodSeen> stuck = stuck(state);
        Optional<JobState.Refusal> refusal =
                state.refused().filter(refused -> refused.revision().equals(moment.target()));
        Optional<OutOfMemory> shortOfMemory = shortOfMemory(state, moment);
        if (shortOfMemory.isPresent()) {
            set(
                    ConditionType.Degraded,
                    TRUE,
                    Reason.OutOfMemory,
                    shortOfMemory.get().message());
        } else if (moment.objectRefused().isPresent()) {
            set(
                    ConditionType.Degraded,
                    TRUE,
                    Reason.ObjectRefused,
                    moment.objectRefused().get().sentence());
        } else if (refusal.isPresent()) {
            set(ConditionType.Degraded, TRUE, refusal.get().reason(), Phases.withAdvice(refusal.get()));
        } else if (!moment.valid()) {
            set(ConditionType.Degraded, TRUE, Reason.SpecRefused, moment.refusals());
        } else if (phases.phase() == Phase.BackingOff) {
            set(ConditionType.Degraded, TRUE, Reason.JobFailing, phases.message());
        } else if (phases.phase() == Phase.TakenOver) {
            set(ConditionType.Degraded, TRUE, Reason.JobTakenOver, phases.message());
        } else if (phases.phase() == Phase.Unreachable) {
            set(ConditionType.Degraded, TRUE, Reason.PodUnreachable, phases.message());
        } else if (stuck.isPresent()) {
            set(
                    ConditionType.Degraded,
                    TRUE,
                    reason(stuck.get()),
                    stuck.get().trouble().orElseThrow());
        } else if (runs(state, moment).told().filter(PodState::failedStopping).isPresent()) {
            set(ConditionType.Degraded, TRUE, Reason.JobFailing, phases.message());
        } else if (runs(state, moment).told().flatMap(PodState::restoreTrouble).isPresent()) {
            set(ConditionType.Degraded, TRUE, Reason.StateUnread, phases.message());
        } else if (late) {
            set(
                    ConditionType.Degraded,
                    TRUE,
                    Reason.DeadlineExceeded,
                    "the job is not healthy yet: " + phases.message());
        } else {
            set(ConditionType.Degraded, FALSE, Reason.AsWanted, Reason.AsWanted.sentence());
        }
    }

    private void specValid(JobState state, Phases phases) {
        Optional<JobState.Refusal> refusal =
                state.refused().filter(refused -> refused.revision().equals(moment.target()));
        boolean planned = state.active().equals(Optional.of(moment.target()))
                || state.change()
                        .filter(change -> change.to().equals(Optional.of(moment.target())))
                        .filter(change -> change.step() != Step.Trying)
                        .isPresent();
        if (!moment.valid()) {
            set(ConditionType.SpecValid, FALSE, Reason.SpecRefused, moment.refusals());
        } else if (refusal.isPresent() && refusal.get().reason() != Reason.DeadlineExceeded) {
            set(
                    ConditionType.SpecValid,
                    FALSE,
                    refusal.get().reason(),
                    refusal.get().message());
        } else if (planned && phases.phase() == Phase.Invalid) {
            set(ConditionType.SpecValid, FALSE, Reason.PlanRefused, phases.message());
        } else if (refusal.isPresent()) {
            set(ConditionType.SpecValid, UNKNOWN, Reason.DeadlineExceeded, Reason.DeadlineExceeded.sentence());
        } else if (planned) {
            set(ConditionType.SpecValid, TRUE, Reason.SpecAccepted, Reason.SpecAccepted.sentence());
        } else {
            set(ConditionType.SpecValid, UNKNOWN, Reason.SpecNotChecked, Reason.SpecNotChecked.sentence());
        }
    }

    /** Where no pod tells, it stays as it was told last. */
    private void snapshotHealthy(PodSeen pod) {
        Optional<PodState> told = pod.told();
        if (told.flatMap(PodState::snapshotTrouble).isPresent()) {
            set(
                    ConditionType.SnapshotHealthy,
                    FALSE,
                    Reason.SnapshotFailing,
                    told.get().snapshotTrouble().get());
        } else if (told.filter(PodState::hasSnapshot).isPresent()) {
            set(ConditionType.SnapshotHealthy, TRUE, Reason.SnapshotTaken, Reason.SnapshotTaken.sentence());
        } else {
            Condition last = last(ConditionType.SnapshotHealthy);
            if (last == null) {
                set(ConditionType.SnapshotHealthy, UNKNOWN, Reason.NoSnapshotYet, Reason.NoSnapshotYet.sentence());
            } else {
                now.add(new Condition(
                        last.type(),
                        last.status(),
                        last.reason(),
                        last.message(),
                        last.lastTransitionTime(),
                        moment.generation()));
            }
        }
    }

    private void set(ConditionType type, String status, Reason reason, String message) {
        Condition last = last(type);
        now.add(new Condition(
                type.name(),
                status,
                reason.name(),
                message,
                last != null && last.status().equals(status) ? last.lastTransitionTime() : Times.text(moment.now()),
                moment.generation()));
    }

    private Condition last(ConditionType type) {
        return last(before, type).orElse(null);
    }

    private static Optional<Condition> last(List<Condition> before, ConditionType type) {
        return before.stream()
                .filter(condition -> condition.type().equals(type.name()))
                .findFirst();
    }
}
