package dev.headrace.operator.change;

import dev.headrace.crds.Durations;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The new revision is planned and checked against the state; the one that runs is not touched. */
final class Trying implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        // It may be edited in how it is brought in. A job's first revision is brought in in one way.
        boolean editedSince = change.from().isPresent() && change.generation(moment) != moment.generation();
        boolean unwanted = !moment.valid()
                || !moment.target().equals(change.next())
                || editedSince
                || moment.spec().state() == RunState.Suspended;
        if (unwanted) {
            return Decision.of(back(state, change, moment));
        }
        if (moment.objectRefused()
                .filter(refused -> refused.forGood() && refused.revision().equals(change.to()))
                .isPresent()) {
            return refuse(
                    state,
                    change,
                    moment,
                    Reason.ObjectRefused,
                    moment.objectRefused().get().sentence());
        }
        return switch (moment.pod(change.next())) {
            case PodSeen.Answers(PodState pod) ->
                switch (pod.phase()) {
                    case Invalid -> refuse(state, change, moment, Reason.PlanRefused, pod.message());
                    // A revision that has written last goes on without being asked.
                    case Waiting, Running, Finished -> planned(state, change, moment, pod);
                    default -> waiting(state, change, moment, pod.message());
                };
            case PodSeen.Refused(String message, var since) -> waiting(state, change, moment, message);
            case PodSeen.Pending(String message, var wrong) -> waiting(state, change, moment, message);
            case PodSeen.Silent(var since, String error) -> waiting(state, change, moment, error);
            case PodSeen.Unasked unasked -> Decision.of(state);
            case PodSeen.Absent absent ->
                waiting(
                        state,
                        change,
                        moment,
                        moment.objectRefused().map(Refused::sentence).orElse("there is no pod"));
            case PodSeen.Leaving leaving -> waiting(state, change, moment, "the pod is asked to end");
        };
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        List<Action> actions = new ArrayList<>();
        change.from().ifPresent(from -> actions.add(change.resting() ? Action.Run.none(from) : Action.Run.pod(from)));
        actions.add(change.runNext());
        return actions;
    }

    private static Decision planned(JobState state, Change change, Moment moment, PodState pod) {
        if (change.from().isEmpty()) {
            return Decision.of(state.with(change.at(Step.Starting, moment.now())
                    .withDeadline(moment.now().plus(moment.spec().deadline()))));
        }
        Decision decision = Decision.of(state.with(change.at(Step.Stopping, moment.now())
                .withSavepoint(Optional.of("upgrade-" + change.next() + "-" + moment.generation()))));
        return decision.tell(
                EventReason.UpgradePlanned,
                "revision " + change.next() + " can be run"
                        + pod.upgrade().map(text -> ": " + text).orElse(""));
    }

    /** A job's first revision has nothing to make way for, and is waited for beyond its deadline. */
    private static Decision waiting(JobState state, Change change, Moment moment, String why) {
        return change.from().isPresent() && change.overdue(moment.now())
                ? refuse(
                        state,
                        change,
                        moment,
                        Reason.DeadlineExceeded,
                        JobState.Refusal.NOT_STARTED + " within " + Durations.text(change.limit()) + ": " + why)
                : Decision.of(state);
    }

    private static Decision refuse(JobState state, Change change, Moment moment, Reason reason, String message) {
        JobState.Refusal refusal = new JobState.Refusal(change.next(), change.generation(moment), reason, message);
        String rest = change.from()
                .map(from -> "; revision " + from
                        + (state.hasFinished()
                                ? " stays finished"
                                : change.resting()
                                        ? " stays suspended"
                                        : moment.pod(from).is(PodState.Phase.Running) ? " runs on" : " stays"))
                .orElse("");
        return Decision.of(back(state, change, moment).refuse(refusal))
                .tell(
                        change.from().isPresent() ? EventReason.UpgradeRefused : EventReason.JobRefused,
                        "revision " + change.next() + ": " + message + rest);
    }

    /** To where the job was before. */
    private static JobState back(JobState state, Change change, Moment moment) {
        return change.resting() && change.from().isPresent() && !state.hasFinished()
                ? state.with(Steady.suspending(state.active(), moment).at(Step.Suspended, moment.now()))
                : state.steady();
    }
}
