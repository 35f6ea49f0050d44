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
 * @param savepoint the name of the savepoint that {@code from} stops with; if {@code to} is taken back, {@code from} goes on there
 * @param restoreFrom that of the spec, where {@code to} heeds it
 * @param startFrom the snapshot that {@code to} starts from; empty: the latest in storage, or nothing with {@code fresh}
 * @param resting {@code from} has no pod, since the job was suspended, or has finished
 * @param stepSince when its step began
 * @param deadline when {@code to} is taken back
 */
public record Change(
        Step step,
        Optional<String> from,
        Optional<String> to,
        Strategy strategy,
        Optional<String> savepoint,
        Optional<RestoreFrom> restoreFrom,
        Optional<String> startFrom,
        boolean fresh,
        boolean resting,
        Instant since,
        Instant stepSince,
        Optional<Instant> deadline,
        Optional<Reason> reason,
        String message) {

    Change at(Step next, Instant now) {
        return new Change(
                next,
                from,
                to,
                strategy,
                savepoint,
                restoreFrom,
                startFrom,
                fresh,
                resting,
                since,
                now,
                deadline,
                reason,
                message);
    }

    Change withDeadline(Instant until) {
        return new Change(
                step,
                from,
                to,
                strategy,
                savepoint,
                restoreFrom,
                startFrom,
                fresh,
                resting,
                since,
                stepSince,
                Optional.of(until),
                reason,
                message);
    }

    Change withSavepoint(Optional<String> name) {
        return new Change(
                step,
                from,
                to,
                strategy,
                name,
                restoreFrom,
                startFrom,
                fresh,
                resting,
                since,
                stepSince,
                deadline,
                reason,
                message);
    }

    Change because(Reason why, String told) {
        return new Change(
                step,
                from,
                to,
                strategy,
                savepoint,
                restoreFrom,
                startFrom,
                fresh,
                resting,
                since,
                stepSince,
                deadline,
                Optional.of(why),
                told);
    }

    Change awake() {
        return new Change(
                step,
                from,
                to,
                strategy,
                savepoint,
                restoreFrom,
                startFrom,
                fresh,
                false,
                since,
                stepSince,
                deadline,
                reason,
                message);
    }

    /** The revision that the step is about to bring up; there is one in every step of an upgrade. */
    String next() {
        return to.orElseThrow();
    }

    Origin origin() {
        return new Origin(startFrom, fresh);
    }

    /** The new revision with its pod, which is checked against what it is to start from. */
    Action.Run runNext() {
        return new Action.Run(next(), 1, origin());
    }

    boolean overdue(Instant now) {
        return deadline.filter(until -> !now.isBefore(until)).isPresent();
    }

    boolean inStepFor(Duration time, Instant now) {
        return !now.isBefore(stepSince.plus(time));
    }
}
