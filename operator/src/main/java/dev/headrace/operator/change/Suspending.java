package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState.Phase;
import dev.headrace.operator.pod.SavepointState;
import java.util.List;
import java.util.Optional;

/**
 * The job stops with a savepoint. What has begun is ended, also where the spec has changed its mind. A job's first revision that has not
 * written before it stops is as if it had not been: when the job is resumed, it begins again with what it was to begin with.
 */
final class Suspending implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        String from = change.from().orElseThrow();
        // Here resting tells where the job goes, not where it is.
        Ending ending = Ending.of(from, change.awake(), moment);
        if (ending == Ending.UNDER_WAY) {
            return Decision.of(state);
        }
        boolean first = state.active().isEmpty();
        Optional<RestoreFrom> restored = first ? change.aim().restoreFrom().or(state::restored) : state.restored();
        PodSeen pod = moment.pod(from);
        if (pod.is(Phase.Finished)) {
            return Decision.of(new JobState(
                    change.from(), Optional.of(moment.now()), Optional.empty(), state.refused(), restored));
        }
        if (first && pod.told().filter(told -> told.hasWritten(from)).isEmpty()) {
            return Decision.of(state.with(Steady.suspending(Optional.empty(), moment)))
                    .tell(
                            EventReason.StoppedWithoutSavepoint,
                            "revision " + from
                                    + " has stopped before its first snapshot; the job begins anew when it is resumed");
        }
        Decision decision = Decision.of(new JobState(
                change.from(),
                state.finished(),
                Optional.of(change.withAim(Change.Aim.LATEST).at(Step.Suspended, moment.now())),
                state.refused(),
                restored));
        return ending == Ending.WITH_SAVEPOINT
                ? decision.tell(
                        EventReason.Suspended,
                        "revision " + from + " has stopped with savepoint "
                                + change.savepoint().orElseThrow())
                : decision.tell(
                        EventReason.StoppedWithoutSavepoint,
                        "revision " + from + " has stopped without a savepoint"
                                + SavepointState.why(moment.savepoint())
                                + "; the job goes on from the last snapshot in storage when it is resumed");
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        String from = change.from().orElseThrow();
        return List.of(
                new Action.Run(from, 1, change.aim().origin()),
                new Action.Ask(
                        from, Command.Stop.at(change.savepoint(), moment.spec().rollbackWindow())));
    }
}
