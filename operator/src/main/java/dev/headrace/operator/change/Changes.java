package dev.headrace.operator.change;

import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.PodSeen;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The life of a job: state and observation to the next state, and from that to actions. The next state is written before
 * anything is done, so whoever goes on after a crash does what was meant. A state's actions may be done again, and by someone
 * who sees the state before: a pod takes the same request twice, and storage admits one writer.
 */
public final class Changes {
    /** How long beyond its grace a pod is waited for: its node cannot be reached. */
    static final Duration LOST = Duration.ofMinutes(1);

    /** More do not follow from one observation. */
    private static final int MOST_STEPS = 8;

    /** What makes the times of {@link #minute}. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private static final Steady STEADY = new Steady();
    private static final Map<Step, Handler> HANDLERS = Map.of(
            Step.Trying, new Trying(),
            Step.Stopping, new Stopping(),
            Step.Starting, new Starting(),
            Step.RollingBack, new RollingBack(),
            Step.Suspending, new Suspending(),
            Step.Suspended, new Suspended());

    private Changes() {}

    /**
     * All steps that follow from what is seen now, so that a status never tells of a rest between two of them.
     */
    public static Decision next(JobState state, Moment moment) {
        Decision decision = Decision.of(state);
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            Decision next = step(decision.state(), moment);
            if (next.state().equals(decision.state())) {
                return decision;
            }
            boolean restored = !next.state().restored().equals(decision.state().restored());
            decision = decision.then(next);
            if (restored) {
                // Another revision is asked for now: the digest is made of the restoreFrom that was heeded last.
                return decision;
            }
        }
        return decision;
    }

    static Decision step(JobState state, Moment moment) {
        return state.change().isPresent()
                ? HANDLERS.get(state.change().get().step())
                        .next(state, state.change().get(), moment)
                : STEADY.next(state, moment);
    }

    public static List<Action> actions(JobState state, Moment moment) {
        List<Action> actions = new ArrayList<>(
                state.change().isPresent()
                        ? HANDLERS.get(state.change().get().step())
                                .actions(state.change().get(), moment)
                        : STEADY.actions(state, moment));
        actions.replaceAll(action -> again(action, moment));
        moment.revisions().keySet().stream()
                .filter(revision -> !needed(state).contains(revision))
                .map(Action.Remove::new)
                .forEach(actions::add);
        moment.revisions().forEach((revision, seen) -> {
            if (lost(seen.pod()).filter(at -> !moment.now().isBefore(at)).isPresent()) {
                actions.add(new Action.Force(revision));
            }
        });
        return List.copyOf(actions);
    }

    /**
     * Kubernetes tries to make a pod that was refused after ever longer times, up to 17 minutes, whatever becomes of the quota meanwhile: it is
     * made to try each minute.
     */
    private static Action again(Action action, Moment moment) {
        return action instanceof Action.Run run && run.replicas() > 0
                ? moment.pod(run.revision()) instanceof PodSeen.Refused(String message, Instant since)
                                && !moment.now().isBefore(since.plus(AGAIN))
                        ? run.again(minute(moment.now()))
                        : run
                : action;
    }

    /** When a pod that was refused is tried again. */
    public static Optional<Instant> again(Moment moment) {
        return moment.revisions().values().stream().anyMatch(seen -> seen.pod() instanceof PodSeen.Refused)
                ? Optional.of(minute(moment.now()).plus(AGAIN))
                : Optional.empty();
    }

    private static Instant minute(Instant now) {
        return now.truncatedTo(ChronoUnit.MINUTES);
    }

    /** When the pod of a job that has finished goes. */
    public static Optional<Instant> logRead(JobState state, Moment moment) {
        return state.change().isPresent() ? Optional.empty() : Steady.logStays(state, moment);
    }

    /** When the next of the pods that are asked to end is waited for no longer. */
    public static Optional<Instant> lost(Moment moment) {
        return moment.revisions().values().stream()
                .flatMap(seen -> lost(seen.pod()).stream())
                .filter(moment.now()::isBefore)
                .min(Instant::compareTo);
    }

    private static Optional<Instant> lost(PodSeen pod) {
        return pod instanceof PodSeen.Leaving(Instant until) ? Optional.of(until.plus(LOST)) : Optional.empty();
    }

    /** All other revisions' objects are removed. */
    public static Set<String> needed(JobState state) {
        return Stream.of(
                        state.active(),
                        state.change().flatMap(Change::from),
                        state.change().flatMap(Change::to))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}
