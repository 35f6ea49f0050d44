package dev.headrace.operator.status;

import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.word.Phase;
import dev.headrace.crds.word.Reason;
import dev.headrace.operator.change.Change;
import dev.headrace.operator.change.Changes;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.change.Moment;
import dev.headrace.operator.change.Refused;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import java.time.Duration;
import java.util.Optional;

/** Where a job is, and the sentence for it. */
record Phases(Phase phase, String message) {
    /** How long a process may take to answer at first. */
    private static final Duration STARTS = Duration.ofSeconds(30);

    private static final String TAKEN_OVER =
            "another process has taken over the job in spec.snapshots.storage, and this one has stopped; look for another"
                    + " StreamJob with that storage, also in other namespaces and clusters, and give each its own. To have"
                    + " the job go on here, from where the other has got to, delete its pod";

    private static final int LONGEST = 1000;

    static Phases of(JobState state, Moment moment) {
        Phases found = state.change().map(change -> of(state, change, moment)).orElseGet(() -> steady(state, moment));
        found = found.withSentence().withMemory(state, moment);
        return new Phases(found.phase(), limited(found.message()));
    }

    private Phases withSentence() {
        return message.isBlank() ? new Phases(phase, phase.sentence()) : this;
    }

    /** What is told until the pod is another one; while it does not run it says so itself. */
    private Phases withMemory(JobState state, Moment moment) {
        return phase == Phase.Pending
                ? this
                : moment.outOfMemory(Changes.needed(state))
                        .map(end -> new Phases(phase, message + " (" + end.message() + ")"))
                        .orElse(this);
    }

    private static Phases of(JobState state, Change change, Moment moment) {
        String to = change.to().orElse("");
        return switch (change.step()) {
            case Trying ->
                change.from().isEmpty()
                        ? pod(moment.pod(to), moment)
                        : new Phases(
                                Phase.Upgrading,
                                "revision " + to + " is tried; " + change.from().get()
                                        + (state.hasFinished()
                                                ? " has finished"
                                                : change.resting()
                                                        ? " is suspended"
                                                        : moment.pod(change.from())
                                                                        .is(PodState.Phase.Running)
                                                                ? " runs on meanwhile"
                                                                : " stays meanwhile")
                                        + why(moment.pod(to)));
            case Stopping ->
                new Phases(
                        Phase.Upgrading,
                        "revision " + change.from().orElse("") + " stops, to make way for " + to
                                + whyItDoesNotStop(change, moment));
            case Starting ->
                change.from().isEmpty()
                        ? pod(moment.pod(to), moment)
                        : new Phases(
                                Phase.Upgrading,
                                "revision " + to + " starts, and is kept once it has completed a snapshot"
                                        + why(moment.pod(to)));
            case RollingBack ->
                new Phases(
                        Phase.RollingBack,
                        "revision " + change.from().orElse("")
                                + (state.hasFinished() ? " stays finished" : " is started again") + ", since " + to
                                + " was not healthy: "
                                + change.message());
            case Suspending ->
                new Phases(Phase.Suspending, Phase.Suspending.sentence() + whyItDoesNotStop(change, moment));
            case Suspended -> new Phases(Phase.Suspended, suspended(state, moment));
        };
    }

    private static Phases steady(JobState state, Moment moment) {
        if (state.hasFinished()) {
            return new Phases(Phase.Finished, withRefusal(Phase.Finished.sentence(), state, moment));
        }
        if (state.active().isPresent()) {
            Phases pod = pod(moment.pod(state.active().get()), moment).withSentence();
            return new Phases(pod.phase(), withRefusal(pod.message(), state, moment));
        }
        if (!moment.valid()) {
            return new Phases(Phase.Invalid, moment.refusals());
        }
        return state.refused()
                .filter(refusal -> refusal.revision().equals(moment.target()))
                .map(refusal -> new Phases(Phase.Invalid, refusal.message()))
                .orElse(new Phases(Phase.Pending, "the job's objects are made"));
    }

    private static Phases pod(PodSeen pod, Moment moment) {
        return switch (pod) {
            case PodSeen.Absent absent ->
                new Phases(
                        Phase.Pending,
                        moment.objectRefused().map(Refused::sentence).orElse("the pod is made"));
            case PodSeen.Leaving leaving -> new Phases(Phase.Pending, "the pod ends, and is made again");
            case PodSeen.Refused(String message, var since) -> new Phases(Phase.Pending, message);
            case PodSeen.Pending(String message, var wrong) -> new Phases(Phase.Pending, message);
            case PodSeen.Unasked unasked -> new Phases(Phase.Starting, Phase.Starting.sentence());
            case PodSeen.Silent(var since, String error) ->
                moment.now().isBefore(since.plus(STARTS))
                        ? new Phases(Phase.Starting, Phase.Starting.sentence())
                        : new Phases(Phase.Unreachable, "the pod runs, but does not answer the operator: " + error);
            case PodSeen.Answers(PodState state) -> of(state);
        };
    }

    private static Phases of(PodState state) {
        return switch (state.phase()) {
            case Stopped ->
                state.isTakenOver()
                        ? new Phases(Phase.TakenOver, TAKEN_OVER)
                        : new Phases(Phase.Starting, Phase.Starting.sentence());
            case Starting, Waiting, Unknown, Stopping -> new Phases(Phase.Starting, Phase.Starting.sentence());
            case Running -> new Phases(Phase.Running, Phase.Running.sentence() + inBrackets(trouble(state)));
            case BackingOff -> new Phases(Phase.BackingOff, state.message());
            case Finished -> new Phases(Phase.Finished, Phase.Finished.sentence());
            case Invalid -> new Phases(Phase.Invalid, state.message());
        };
    }

    /** What a job that runs suffers from. */
    private static Optional<String> trouble(PodState state) {
        return state.restoreTrouble()
                .map(why -> "its state cannot be read to the end, and few rows at a time are: " + why)
                .or(() -> state.snapshotTrouble()
                        .map(why -> "snapshots fail, and results that are committed with them wait: " + why));
    }

    private static String why(PodSeen pod) {
        Optional<String> trouble = switch (pod) {
            case PodSeen.Refused(String message, var since) -> Optional.of(message);
            case PodSeen.Pending(String message, var wrong) -> Optional.of(message);
            case PodSeen.Answers(PodState state) ->
                Optional.of(state.message()).filter(text -> state.phase() == PodState.Phase.BackingOff);
            default -> Optional.empty();
        };
        return trouble.map(text -> " (" + text + ")").orElse("");
    }

    private static String whyItDoesNotStop(Change change, Moment moment) {
        return inBrackets(moment.pod(change.from().orElse("")).troubleStopping());
    }

    /** A sentence, and what else there is to say of it. */
    static String withTrouble(String sentence, Optional<String> trouble) {
        return limited(sentence + inBrackets(trouble));
    }

    private static String inBrackets(Optional<String> trouble) {
        return trouble.map(text -> " (" + text + ")").orElse("");
    }

    private static String limited(String message) {
        return message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
    }

    private static String suspended(JobState state, Moment moment) {
        if (moment.spec().state() == RunState.Suspended) {
            return withRefusal("no pod runs; set spec.state to Running to go on", state, moment);
        }
        return refusal(state, moment)
                .map(why -> joined(
                        joined("no pod runs: spec.state is Running, but the change that came with it was refused", why),
                        "Correct the change"
                                + state.active()
                                        .map(active ->
                                                "; to go on as before, set the spec back to that of revision " + active)
                                        .orElse("")))
                .orElse("no pod runs; the job is about to go on");
    }

    private static String withRefusal(String message, JobState state, Moment moment) {
        return refusal(state, moment).map(why -> joined(message, why)).orElse(message);
    }

    private static Optional<String> refusal(JobState state, Moment moment) {
        if (!moment.valid()) {
            return Optional.of("The spec was refused: " + moment.refusals());
        }
        return state.refused()
                .filter(refusal -> refusal.revision().equals(moment.target()))
                .map(refusal -> "Revision " + refusal.revision() + " " + refusal.fate() + ": " + withAdvice(refusal));
    }

    /** Why a revision was refused, and what has it tried again where nothing is to be corrected in the spec. */
    static String withAdvice(JobState.Refusal refusal) {
        return refusal.reason() == Reason.DeadlineExceeded
                ? joined(refusal.message(), "Any edit of the spec has it tried again")
                : refusal.message();
    }

    private static String joined(String sentence, String next) {
        return sentence + (sentence.endsWith(".") || sentence.endsWith("…") ? " " : ". ") + next;
    }
}
