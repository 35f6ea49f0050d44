package dev.headrace.operator.change;

import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.SavepointState;
import java.util.List;
import java.util.Optional;

/** The job stops with a savepoint. What has begun is ended, also where the spec has changed its mind. */
final class Suspending implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        String from = change.from().orElseThrow();
        // Here resting tells where the job goes, not where it is.
        Ending ending = Ending.of(from, change.awake(), moment);
        if (ending == Ending.UNDER_WAY) {
            return Decision.of(state);
        }
        Decision decision = Decision.of(new JobState(
                change.from(),
                state.finished(),
                Optional.of(change.at(Step.Suspended, moment.now())),
                state.refused(),
                state.restored()));
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
                Action.Run.pod(from),
                new Action.Ask(
                        from, Command.Stop.at(change.savepoint(), moment.spec().rollbackWindow())));
    }
}
