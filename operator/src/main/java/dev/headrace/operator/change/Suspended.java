package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.word.EventReason;
import java.util.List;
import java.util.Optional;

/** No pod runs. */
final class Suspended implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        if (moment.spec().state() == RunState.Suspended) {
            return Decision.of(state);
        }
        boolean same = state.active().equals(Optional.of(moment.target()));
        if (state.active().isEmpty() || same) {
            Decision decision = Decision.of(state.steady().forgetRefusal());
            return same
                    ? decision.tell(
                            EventReason.Resumed, "revision " + state.active().get() + " goes on from where it stopped")
                    : decision;
        }
        return !moment.valid() || Steady.refused(state, moment) || Steady.isLeftOver(moment)
                ? Decision.of(state)
                : Steady.trying(state, moment, true);
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        return change.from().map(from -> List.<Action>of(Action.Run.none(from))).orElse(List.of());
    }
}
