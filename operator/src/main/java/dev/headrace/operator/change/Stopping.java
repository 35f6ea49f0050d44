package dev.headrace.operator.change;

import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.SavepointState;
import java.util.List;
import java.util.Optional;

/** The revision that runs stops, with a savepoint: the next one goes on from it, or this one itself if that is taken back. */
final class Stopping implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        String from = change.from().orElseThrow();
        // What is not in storage cannot be gone back to; then the last snapshot is.
        Optional<String> saved =
                change.savepoint().filter(name -> moment.savepoint() instanceof SavepointState.Completed);
        Decision decision = Decision.of(state.with(change.at(Step.Starting, moment.now())
                .withSavepoint(saved)
                .withDeadline(moment.now().plus(moment.spec().deadline()))));
        return switch (Ending.of(from, change, moment)) {
            case UNDER_WAY -> Decision.of(state);
            case WITH_SAVEPOINT -> decision;
            case WITHOUT_SAVEPOINT ->
                change.resting()
                        ? decision
                        : decision.tell(
                                EventReason.StoppedWithoutSavepoint,
                                "revision " + from + " could take no savepoint"
                                        + SavepointState.why(moment.savepoint())
                                        + "; "
                                        + (change.aim().fresh()
                                                        || change.aim()
                                                                .startFrom()
                                                                .isPresent()
                                                ? "its last snapshot in storage is what it can go on from"
                                                : change.next() + " goes on from the last snapshot in storage"));
        };
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        String from = change.from().orElseThrow();
        return change.resting()
                ? List.of(Action.Run.none(from), change.runNext())
                : List.of(
                        Action.Run.pod(from),
                        change.runNext(),
                        new Action.Ask(
                                from,
                                Command.Stop.at(
                                        change.savepoint(), moment.spec().rollbackWindow())));
    }
}
