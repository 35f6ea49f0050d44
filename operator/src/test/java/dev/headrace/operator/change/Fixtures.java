package dev.headrace.operator.change;

import dev.headrace.crds.Durations;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import dev.headrace.operator.pod.SavepointState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** States and moments from a few words, for tests outside of this package. */
public final class Fixtures {
    private Fixtures() {}

    /** {@code new}, {@code finished REVISION}, {@code again STEP} (an upgrade of what has finished), {@code first STEP}, {@code upgrade STEP}, {@code rest STEP}, {@code steady REVISION}, {@code refused [REVISION that runs]}, {@code late} (B had no snapshot in time, A runs), {@code unready} (B was not there in time), {@code resumed} (A rests, B was refused). */
    public static JobState state(String text) {
        String[] words = text.split(" ");
        return switch (words[0]) {
            case "first" -> Moments.first(Step.valueOf(words[1]));
            case "upgrade" -> Moments.upgrade(Step.valueOf(words[1]));
            case "rest" -> Moments.rest(Step.valueOf(words[1]));
            case "new" -> JobState.NEW;
            case "steady" -> Moments.steady(words[1]);
            case "finished" -> Moments.steady(words[1]).finish(Moments.START);
            case "again" ->
                Moments.steady("A").finish(Moments.START).with(Moments.resting(Moments.change(Step.valueOf(words[1]))));
            case "late" ->
                Moments.steady("A")
                        .refuse(new JobState.Refusal("B", 2, Reason.DeadlineExceeded, "no snapshot within 10m"));
            case "unready" ->
                Moments.steady("A")
                        .refuse(new JobState.Refusal(
                                "B",
                                2,
                                Reason.DeadlineExceeded,
                                "not ready to start within 10m: no node takes the pod"));
            case "resumed" ->
                Moments.rest(Step.Suspended).refuse(new JobState.Refusal("B", 2, Reason.PlanRefused, "no table t"));
            default ->
                (words.length > 1 ? Moments.steady(words[1]) : JobState.NEW)
                        .refuse(new JobState.Refusal("B", 2, Reason.PlanRefused, "no table t"));
        };
    }

    /**
     * {@code REVISION POD [PODS ASKED FOR]} for each that is seen, and with commas between: {@code asks REVISION}, {@code suspended},
     * {@code handover}, {@code spec refused}, {@code object refused [now | shared | REVISION]}, {@code generation N}, {@code saved}, {@code
     * not saved}, {@code saving}, {@code memory REVISION} (it ran out of it at the start), {@code after TIME}.
     */
    public static Moment moment(String text) {
        Moments moments = Moments.moment();
        for (String part : text.isEmpty() ? new String[0] : text.split(", ")) {
            String[] words = part.split(" ");
            switch (words[0]) {
                case "asks" -> moments.target(words[1]);
                case "suspended" -> moments.suspended();
                case "handover" -> moments.strategy(Strategy.Handover);
                case "spec" -> moments.refusals("no");
                case "object" ->
                    moments.objectRefused(
                            !text.contains("object refused now"),
                            words.length == 2 || words[2].equals("now")
                                    ? Optional.of("B")
                                    : Optional.of(words[2]).filter(revision -> !revision.equals("shared")));
                case "generation" -> moments.generation(Long.parseLong(words[1]));
                case "saved" -> moments.savepoint(new SavepointState.Completed("s3://b/s", 1, 1, Map.of()));
                case "not" -> moments.savepoint(new SavepointState.Failed("the storage does not answer"));
                case "memory" -> moments.outOfMemory(words[1]);
                case "saving" -> moments.savepoint(new SavepointState.InProgress());
                case "after" -> moments.after(Durations.parse(words[1]).orElseThrow());
                default -> moments.sees(words[0], words[1], words.length > 2 ? Integer.parseInt(words[2]) : 1);
            }
        }
        return moments.get();
    }

    /** A revision that is in that phase and has read so many rows. */
    public static Moment rows(String revision, String phase, long rows, Duration after) {
        Moment moment = Moments.moment().after(after).get();
        PodState state = new PodState(
                PodState.Phase.valueOf(phase),
                "",
                Optional.of("1"),
                OptionalLong.of(0),
                Optional.empty(),
                rows,
                rows,
                0,
                0,
                Optional.of(new PodState.LastSnapshot("s" + after, "s3://b/s", Moments.START.plus(after), 1, 1)),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.of(revision));
        return new Moment(
                moment.spec(),
                moment.generation(),
                moment.target(),
                moment.refusals(),
                moment.restoreFrom(),
                moment.restorePath(),
                moment.objectRefused(),
                Map.of(revision, new Moment.Seen(1, new PodSeen.Answers(state), Optional.empty())),
                moment.savepoint(),
                moment.now());
    }
}
