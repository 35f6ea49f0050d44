package dev.headrace.operator.change;

import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import java.util.List;
import java.util.Optional;

/**
 * The new revision ends without a last snapshot, so that nothing of it counts; when it is gone, the one before it goes on from the
 * latest snapshot in storage. That is where it stopped; had the new one completed a snapshot unseen, it would be that one.
 */
final class RollingBack implements Handler {
    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        return Decision.of(gone(change, moment) ? state.steady() : state);
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        Action rest = Action.Run.none(change.from().orElseThrow());
        PodSeen to = moment.pod(change.next());
        boolean runs = to.told()
                .map(pod -> switch (pod.phase()) {
                    case Waiting, Stopped, Invalid, Finished -> false;
                    default -> true;
                })
                .orElse(to instanceof PodSeen.Silent && !change.inStepFor(Ending.SILENCE, moment.now()));
        return runs
                ? List.of(rest, new Action.Ask(change.next(), new Command.Stop(Optional.empty(), true)))
                : List.of(rest, new Action.Remove(change.next()));
    }

    /** No pod, and nothing that would make one. */
    private static boolean gone(Change change, Moment moment) {
        Moment.Seen seen = moment.revisions().get(change.next());
        return seen == null || seen.replicas() == 0 && seen.pod() instanceof PodSeen.Absent;
    }
}
