package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.word.EventReason;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.PodState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The new revision ends without a last snapshot, so that nothing of it counts; when it has no pod any more, the one before it goes on
 * from where it stopped, whatever the new one had claimed. Where the new one has completed a snapshot unseen, its output is committed,
 * and it stays: storage knows, and either pod tells. So what it is made of is there until the one before it runs. One that has
 * finished is not started again.
 */
final class RollingBack implements Handler {
    /** How long the new revision may take to end its job, and how long the one before it holds up another edit. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Override
    public Decision next(JobState state, Change change, Moment moment) {
        String from = change.from().orElseThrow();
        if (hasWritten(change, moment)) {
            return kept(state, change);
        }
        if (!gone(change, moment)) {
            return Decision.of(state);
        }
        boolean back = moment.pod(from)
                .told()
                .map(pod -> switch (pod.phase()) {
                    case Running, BackingOff, Finished, Stopping, Invalid -> true;
                    // Somebody else has the job's storage.
                    case Waiting -> pod.reason().equals("Superseded");
                    case Starting, Stopped, Unknown -> false;
                })
                .orElse(false);
        return Decision.of(state.hasFinished() || back || overtaken(change, moment) ? state.steady() : state);
    }

    @Override
    public List<Action> actions(Change change, Moment moment) {
        String from = change.from().orElseThrow();
        List<Action> actions = new ArrayList<>();
        actions.add(gone(change, moment) ? Action.Run.pod(from) : Action.Run.none(from));
        if (gone(change, moment)
                && (moment.pod(from).is(Phase.Waiting) || moment.pod(from).is(Phase.Stopped))) {
            actions.add(new Action.Ask(from, Command.Start.back(change.savepoint())));
        }
        actions.add(
                runs(change, moment)
                        ? new Action.Ask(change.next(), Command.Stop.abrupt())
                        : new Action.Retire(change.next()));
        return List.copyOf(actions);
    }

    private static boolean hasWritten(Change change, Moment moment) {
        boolean itself = moment.pod(change.next())
                .told()
                .filter(pod -> pod.hasWritten(change.next()))
                .isPresent();
        return itself
                || moment.pod(change.from())
                        .told()
                        .flatMap(PodState::snapshotRevision)
                        .equals(change.to());
    }

    private static Decision kept(JobState state, Change change) {
        return Decision.of(new JobState(
                        change.to(),
                        Optional.empty(),
                        Optional.empty(),
                        state.refused().filter(refusal -> !refusal.revision().equals(change.next())),
                        change.aim().restoreFrom().or(state::restored)))
                .tell(
                        EventReason.UpgradeCompleted,
                        "revision " + change.next()
                                + " had completed a snapshot before it could be taken back, and stays in"
                                + " the place of " + change.from().orElseThrow());
    }

    /** Whether the new revision's job may still be under way, and can be told to end. */
    private static boolean runs(Change change, Moment moment) {
        PodSeen to = moment.pod(change.next());
        boolean runs = to.told()
                .map(pod -> switch (pod.phase()) {
                    case Waiting, Stopped, Invalid, Finished -> false;
                    default -> true;
                })
                .orElse(to instanceof PodSeen.Silent);
        return runs && !change.inStepFor(LIMIT, moment.now());
    }

    /** No pod, and nothing that would make one. */
    private static boolean gone(Change change, Moment moment) {
        Moment.Seen seen = moment.revisions().get(change.next());
        return seen == null || seen.replicas() == 0 && seen.pod() instanceof PodSeen.Absent;
    }

    /** The user wants something else, and does not wait for a revision that may never come. */
    private static boolean overtaken(Change change, Moment moment) {
        boolean another = moment.valid()
                && !moment.target().equals(change.next())
                && !change.from().equals(Optional.of(moment.target()));
        return moment.spec().state() == RunState.Suspended || another && change.inStepFor(LIMIT, moment.now());
    }
}
