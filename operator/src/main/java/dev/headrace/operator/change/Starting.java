package dev.headrace.operator.change;

import dev.headrace.crds.Durations;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.PodState.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The new revision has been told to start, and is good when it has completed a snapshot of its own. */
final class Starting implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        PodSeen pod = moment.pod(change.next());
        if (pod.told().filter(told -> good(told, change.next())).isPresent()) {
            return good(state, change);
        }
        if (pod.is(Phase.Invalid)) {
            return bad(
                    state,
                    change,
                    moment,
                    Reason.PlanRefused,
                    pod.told().map(PodState::message).orElse(""));
        }
        if (change.from().isEmpty()) {
            return first(state, change, moment);
        }
        if (!wanted(change, moment)) {
            return bad(state, change, moment, Reason.UpgradeInProgress, "the spec was changed before it was healthy");
        }
        if (change.overdue(moment.now())) {
            return bad(
                    state,
                    change,
                    moment,
                    Reason.DeadlineExceeded,
                    "no snapshot within " + Durations.text(change.limit())
                            + pod.told()
                                    .map(PodState::message)
                                    .filter(message -> !message.isEmpty())
                                    .map(message -> ": " + message)
                                    .orElse(""));
        }
        return Decision.of(state);
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        List<Action> actions = new ArrayList<>();
        change.from().ifPresent(from -> actions.add(Action.Run.none(from)));
        actions.add(change.runNext());
        PodSeen pod = moment.pod(change.next());
        if (change.from().isEmpty() && !wanted(change, moment)) {
            actions.add(new Action.Ask(change.next(), Command.Stop.abrupt()));
        } else if (pod.is(Phase.Waiting) || pod.is(Phase.Stopped)) {
            actions.add(new Action.Ask(
                    change.next(),
                    Command.Start.begin(change.aim().startFrom(), change.aim().fresh())));
        }
        return actions;
    }

    /** Its first snapshot has committed output, so there is no way back; that its process has been restarted since does not count. */
    private static boolean good(PodState pod, String revision) {
        return pod.phase() == Phase.Finished || pod.hasWritten(revision);
    }

    /** A spec that cannot be run leaves alone what is on its way. */
    private static boolean wanted(Change change, Moment moment) {
        return !moment.valid() || moment.target().equals(change.next());
    }

    /**
     * A job's first revision: there is nothing to go back to. One that makes way for another before its first snapshot ends without any, or
     * the other one would write the same again.
     */
    private static Decision first(JobState state, Change change, Moment moment) {
        if (moment.spec().state() == RunState.Suspended) {
            return Decision.of(state.with(Steady.suspending(change.to(), moment).withAim(change.aim())));
        }
        boolean stays = wanted(change, moment) || mayRun(moment.pod(change.next()), moment);
        return Decision.of(stays ? state : state.steady());
    }

    private static boolean mayRun(PodSeen pod, Moment moment) {
        return switch (pod) {
            case PodSeen.Answers(PodState told) ->
                switch (told.phase()) {
                    case Starting, Running, BackingOff, Stopping -> true;
                    case Waiting, Stopped, Finished, Invalid, Unknown -> false;
                };
            case PodSeen.Unasked _ -> true;
            case PodSeen.Silent(Instant since, String _) -> moment.now().isBefore(since.plus(Ending.SILENCE));
            case PodSeen.Absent _, PodSeen.Refused _, PodSeen.Pending _, PodSeen.Leaving _ -> false;
        };
    }

    private static Decision good(JobState state, Change change) {
        JobState done = new JobState(
                change.to(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                change.aim().restoreFrom().or(state::restored));
        return change.from().isPresent()
                ? Decision.of(done)
                        .tell(
                                EventReason.UpgradeCompleted,
                                "revision " + change.next() + " has taken the place of "
                                        + change.from().get())
                : Decision.of(done).tell(EventReason.Started, "revision " + change.next() + " runs");
    }

    private static Decision bad(JobState state, Change change, Moment moment, Reason reason, String message) {
        JobState refused = moment.target().equals(change.next())
                ? state.refuse(new JobState.Refusal(change.next(), change.generation(moment), reason, message))
                : state;
        String told = "revision " + change.next() + ": " + message;
        return change.from().isEmpty()
                ? Decision.of(refused.steady()).tell(EventReason.JobRefused, told)
                : Decision.of(refused.with(
                                change.at(Step.RollingBack, moment.now()).because(reason, message)))
                        .tell(
                                EventReason.RolledBack,
                                told + "; revision " + change.from().get()
                                        + (state.hasFinished() ? " stays finished" : " is started again"));
    }
}
