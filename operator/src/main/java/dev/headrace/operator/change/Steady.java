package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * No change is under way: the active revision runs, if there is one, and is given no pod once it has finished, or soon after: its state says so, and
 * would say so again. To suspend what has finished changes nothing.
 */
final class Steady {
    /** How long the pod of a job that has finished stays, for whoever has waited for that to read its log. */
    static final Duration LOG_STAYS = Duration.ofSeconds(10);

    Decision next(JobState state, Moment moment) {
        boolean finishes = !state.hasFinished()
                && state.active()
                        .filter(active -> moment.pod(active).is(Phase.Finished))
                        .isPresent();
        if (finishes) {
            return Decision.of(state.finish(moment.now()));
        }
        if (moment.spec().state() == RunState.Suspended) {
            return Decision.of(state.hasFinished() ? state : state.with(suspending(state.active(), moment)));
        }
        if (!moment.valid() || refused(state, moment)) {
            return Decision.of(state);
        }
        if (state.active().equals(Optional.of(moment.target()))) {
            return Decision.of(state.forgetRefusal());
        }
        return isLeftOver(moment) ? Decision.of(state) : trying(state, moment, state.hasFinished());
    }

    /** What is left of an earlier try of the revision that is asked for goes first, or it would be taken for the new one. */
    static boolean isLeftOver(Moment moment) {
        return moment.revisions().containsKey(moment.target());
    }

    List<Action> actions(JobState state, Moment moment) {
        if (state.active().isEmpty()) {
            return List.of();
        }
        String active = state.active().get();
        if (state.hasFinished()) {
            return List.of(logStays(state, moment).isPresent() ? Action.Run.pod(active) : Action.Run.none(active));
        }
        Action run = Action.Run.pod(active);
        return moment.pod(active)
                .told()
                .map(pod -> switch (pod.phase()) {
                    // It came again before its first snapshot, or somebody stopped it.
                    case Waiting, Stopped ->
                        pod.isTakenOver() ? List.of(run) : List.of(run, new Action.Ask(active, Command.Start.latest()));
                    default -> List.of(run);
                })
                .orElse(List.of(run));
    }

    /** Until when the pod stays of a job that has finished, if it is still there. */
    static Optional<Instant> logStays(JobState state, Moment moment) {
        return state.finished()
                .map(at -> at.plus(LOG_STAYS))
                .filter(moment.now()::isBefore)
                .filter(at -> moment.pod(state.active().orElseThrow()).is(Phase.Finished));
    }

    static boolean refused(JobState state, Moment moment) {
        return state.refused()
                .filter(refusal ->
                        refusal.revision().equals(moment.target()) && refusal.generation() == moment.generation())
                .isPresent();
    }

    /** Begins to bring in the revision that the spec asks for. */
    static Decision trying(JobState state, Moment moment, boolean resting) {
        boolean restores =
                moment.restoreFrom().isPresent() && !moment.restoreFrom().equals(state.restored());
        Strategy strategy = moment.spec().strategy();
        Change.Aim aim = new Change.Aim(
                strategy == Strategy.Handover ? Strategy.Restart : strategy,
                restores ? moment.restoreFrom() : Optional.empty(),
                restores ? moment.restorePath() : Optional.empty(),
                strategy == Strategy.Fresh && state.active().isPresent() && !restores,
                Optional.of(moment.generation()));
        Change change = new Change(
                Step.Trying,
                state.active(),
                Optional.of(moment.target()),
                aim,
                Optional.empty(),
                resting,
                moment.now(),
                moment.now(),
                Optional.of(moment.now().plus(moment.spec().deadline())),
                Optional.empty(),
                "");
        Decision decision = Decision.of(state.with(change).forgetRefusal());
        if (state.active().isEmpty()) {
            return decision;
        }
        if (strategy == Strategy.Handover) {
            decision = decision.tell(
                    EventReason.HandoverNotSupported,
                    "upgrade.strategy is Handover, which is not there yet: revision " + moment.target()
                            + " is brought in by a restart from a savepoint");
        }
        return decision.tell(
                EventReason.UpgradeStarted,
                "revision " + moment.target() + " is tried; " + state.active().get()
                        + (state.hasFinished()
                                ? " stays as it has finished"
                                : resting
                                        ? " stays as it was suspended"
                                        : moment.pod(state.active()).is(Phase.Running)
                                                ? " runs on meanwhile"
                                                : " stays meanwhile"));
    }

    static Change suspending(Optional<String> active, Moment moment) {
        return Change.stop(
                active.isPresent() ? Step.Suspending : Step.Suspended,
                active,
                active.map(revision -> "suspend-" + moment.generation()),
                true,
                moment.now(),
                Optional.empty());
    }
}
