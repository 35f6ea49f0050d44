package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.job.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A change under way, as the status remembers it.
 *
 * @param from the revision that ran before
 * @param to the revision that is to run
 * @param aim how {@code to} is brought in; of a first revision that is suspended before it has written, how {@code from} was
 * @param savepoint the name of the savepoint that {@code from} stops with; if {@code to} is taken back, {@code from} goes on there
 * @param resting {@code from} has no pod, since the job was suspended, or has finished
 * @param stepSince when its step began
 * @param deadline when {@code to} is taken back
 */
public record Change(
        Step step,
        Optional<String> from,
        Optional<String> to,
        Aim aim,
        Optional<String> savepoint,
        boolean resting,
        Instant since,
        Instant stepSince,
        Optional<Instant> deadline,
        Optional<Reason> reason,
        String message) {

    /**
     * How a revision is brought in.
     *
     * @param restoreFrom that of the spec, where it is heeded
     * @param startFrom the snapshot to start from; empty: the latest in storage, or nothing with {@code fresh}
     * @param generation of the spec that asked for it; empty where an earlier operator did not note it
     */
    public record Aim(
            Strategy strategy,
            Optional<RestoreFrom> restoreFrom,
            Optional<String> startFrom,
            boolean fresh,
            Optional<Long> generation) {
        public static final Aim LATEST =
                new Aim(Strategy.Restart, Optional.empty(), Optional.empty(), false, Optional.empty());

        Origin origin() {
            return new Origin(startFrom, fresh);
        }
    }

    /** A revision stops, and none takes its place. */
    static Change stop(
            Step step,
            Optional<String> revision,
            Optional<String> savepoint,
            boolean resting,
            Instant since,
            Optional<Instant> deadline) {
        return new Change(
                step,
                revision,
                Optional.empty(),
                Aim.LATEST,
                savepoint,
                resting,
                since,
                since,
                deadline,
                Optional.empty(),
                "");
    }

    Change at(Step next, Instant now) {
        return new Change(next, from, to, aim, savepoint, resting, since, now, deadline, reason, message);
    }

    Change withDeadline(Instant until) {
        return new Change(
                step, from, to, aim, savepoint, resting, since, stepSince, Optional.of(until), reason, message);
    }

    Change withSavepoint(Optional<String> name) {
        return new Change(step, from, to, aim, name, resting, since, stepSince, deadline, reason, message);
    }

    Change withAim(Aim other) {
        return new Change(step, from, to, other, savepoint, resting, since, stepSince, deadline, reason, message);
    }

    Change because(Reason why, String told) {
        return new Change(step, from, to, aim, savepoint, resting, since, stepSince, deadline, Optional.of(why), told);
    }

    Change awake() {
        return new Change(step, from, to, aim, savepoint, false, since, stepSince, deadline, reason, message);
    }

    /** The revision that the step is about to bring up; there is one in every step of an upgrade. */
    String next() {
        return to.orElseThrow();
    }

    /** The new revision with its pod, which is checked against what it is to start from. */
    Action.Run runNext() {
        return new Action.Run(next(), 1, aim.origin());
    }

    /** Which edit it is for: what is refused is tried again with a later one. */
    long generation(Moment moment) {
        return aim.generation().orElse(moment.generation());
    }

    boolean overdue(Instant now) {
        return deadline.filter(until -> !now.isBefore(until)).isPresent();
    }

    /** For how long its step may last. */
    Duration limit() {
        return deadline.map(until -> Duration.between(stepSince, until)).orElse(Duration.ZERO);
    }

    boolean inStepFor(Duration time, Instant now) {
        return !now.isBefore(stepSince.plus(time));
    }
}
