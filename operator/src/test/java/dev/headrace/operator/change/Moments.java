package dev.headrace.operator.change;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.job.JobSpec;
import dev.headrace.operator.pod.OutOfMemory;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.SavepointState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Moments and states for tables: the spec asks for revision B with a deadline of ten minutes, unless it is said otherwise. */
public final class Moments {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private RunState state = RunState.Running;
    private Strategy strategy = Strategy.Restart;
    private String target = "B";
    private String refusals = "";
    private long generation = 2;
    private Optional<RestoreFrom> restoreFrom = Optional.empty();
    private Optional<String> restorePath = Optional.empty();
    private Optional<Refused> objectRefused = Optional.empty();
    private final Map<String, Moment.Seen> revisions = new HashMap<>();
    private SavepointState savepoint = new SavepointState.Unknown();
    private Instant now = START;

    public static Moments moment() {
        return new Moments();
    }

    Moments target(String revision) {
        target = revision;
        return this;
    }

    Moments suspended() {
        state = RunState.Suspended;
        return this;
    }

    Moments strategy(Strategy asked) {
        strategy = asked;
        return this;
    }

    Moments refusals(String sentence) {
        refusals = sentence;
        return this;
    }

    Moments generation(long number) {
        generation = number;
        return this;
    }

    Moments restoreFrom(String name, String path) {
        restoreFrom = Optional.of(new RestoreFrom(name, null));
        restorePath = Optional.of(path);
        return this;
    }

    Moments objectRefused(boolean forGood, Optional<String> revision) {
        objectRefused = Optional.of(new Refused("no such field", forGood, revision));
        return this;
    }

    Moments savepoint(SavepointState seen) {
        savepoint = seen;
        return this;
    }

    Moments after(Duration time) {
        now = START.plus(time);
        return this;
    }

    /** {@code seen} as in {@link #pod}. */
    public Moments sees(String revision, String seen) {
        return sees(revision, seen, 1);
    }

    /** The same of a revision whose objects ask for so many pods. */
    Moments sees(String revision, String seen, int pods) {
        PodSeen pod = pod(revision, seen);
        revisions.put(revision, new Moment.Seen(pods, pod, Optional.empty()));
        return this;
    }

    /** A revision that is seen ran out of memory at the start. */
    Moments outOfMemory(String revision) {
        revisions.computeIfPresent(
                revision,
                (name, seen) -> new Moment.Seen(
                        seen.replicas(), seen.pod(), Optional.of(new OutOfMemory(START, "raise the memory"))));
        return this;
    }

    public Moment get() {
        return new Moment(
                new JobSpec(
                        state,
                        DeletionPolicy.Retain,
                        strategy,
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        Optional.empty(),
                        10,
                        Optional.empty(),
                        List.of()),
                generation,
                target,
                refusals,
                restoreFrom,
                restorePath,
                objectRefused,
                Map.copyOf(revisions),
                savepoint,
                now);
    }

    /**
     * Absent, Refused, Pending, Stuck, Unasked, Leaving (until half a minute after the start), Silent, or a phase of its own; {@code Running+} has completed a
     * snapshot, of {@code Waiting@A} the last one in storage is A's, {@code Stopped!} was taken over, {@code Waiting!}
     * superseded, the job of {@code Stopping!} has failed, {@code Running%snapshots} cannot write any, and {@code Running%state} cannot read
     * the rest of its state.
     */
    static PodSeen pod(String revision, String text) {
        return switch (text) {
            case "Absent" -> new PodSeen.Absent();
            case "Pending" -> new PodSeen.Pending("a node has taken it", false);
            case "Stuck" -> new PodSeen.Pending("no node takes it", true);
            case "Refused" -> new PodSeen.Refused("the quota has no room", START);
            case "Unasked" -> new PodSeen.Unasked();
            case "Leaving" -> new PodSeen.Leaving(START.plusSeconds(30));
            case "Silent" -> new PodSeen.Silent(START, "connection refused");
            default ->
                new PodSeen.Answers(state(
                        PodState.Phase.valueOf(text.replaceAll("[+!@%].*", "")),
                        text.contains("+"),
                        text.startsWith("Invalid") ? "no table t" : text.equals("Stopping!") ? "the disk is full" : "",
                        !text.contains("!") ? "" : reason(text),
                        text.contains("+")
                                ? Optional.of(revision)
                                : text.contains("@")
                                        ? Optional.of(text.substring(text.indexOf('@') + 1))
                                        : Optional.empty(),
                        text.endsWith("%snapshots") ? Optional.of("no room") : Optional.empty(),
                        text.endsWith("%state") ? Optional.of("no segment") : Optional.empty()));
        };
    }

    private static String reason(String text) {
        return text.startsWith("Stopped") ? "TakenOver" : text.startsWith("Stopping") ? "JobFailed" : "Superseded";
    }

    private static PodState state(
            PodState.Phase phase,
            boolean snapshot,
            String message,
            String reason,
            Optional<String> snapshotRevision,
            Optional<String> snapshotTrouble,
            Optional<String> restoreTrouble) {
        return new PodState(
                phase,
                message,
                Optional.of("1"),
                OptionalLong.of(0),
                Optional.empty(),
                0,
                0,
                0,
                0,
                snapshot ? Optional.of(new PodState.LastSnapshot("2", "s3://b/2", START, 1, 1)) : Optional.empty(),
                0,
                snapshotTrouble,
                restoreTrouble,
                0,
                Optional.empty(),
                Optional.empty(),
                reason,
                snapshotRevision);
    }

    static JobState steady(String active) {
        return new JobState(
                Optional.of(active), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static final Change.Aim ASKED = new Change.Aim(
            Strategy.Restart, Optional.empty(), Optional.empty(), false, Optional.of(moment().generation));

    /** A step from A to B that began at the start. */
    static Change change(Step step) {
        return begun(step, Optional.of("A"))
                .withSavepoint(step == Step.Trying ? Optional.empty() : Optional.of("upgrade-B-2"));
    }

    private static Change begun(Step step, Optional<String> from) {
        return new Change(
                step,
                from,
                Optional.of("B"),
                ASKED,
                Optional.empty(),
                false,
                START,
                START,
                Optional.of(START.plus(Duration.ofMinutes(10))),
                Optional.empty(),
                "");
    }

    /** The same of a revision that has no pod. */
    static Change resting(Change change) {
        return new Change(
                change.step(),
                change.from(),
                change.to(),
                change.aim(),
                change.savepoint(),
                true,
                change.since(),
                change.stepSince(),
                change.deadline(),
                change.reason(),
                change.message());
    }

    static JobState upgrade(Step step) {
        return steady("A").with(change(step));
    }

    /** A job's first revision B on its way, or on its way to rest. */
    static JobState first(Step step) {
        return JobState.NEW.with(
                step == Step.Suspending
                        ? Change.stop(step, Optional.of("B"), Optional.of("suspend-2"), true, START, Optional.empty())
                                .withAim(new Change.Aim(
                                        Strategy.Restart,
                                        Optional.of(new RestoreFrom("monday", null)),
                                        Optional.of("s3://b/monday"),
                                        false,
                                        Optional.of(2L)))
                        : begun(step, Optional.empty()));
    }

    /** A on its way to rest, or resting. */
    static JobState rest(Step step) {
        return steady("A")
                .with(Change.stop(step, Optional.of("A"), Optional.of("suspend-2"), true, START, Optional.empty()));
    }
}
