package dev.headrace.operator.status;

import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.StreamJobStatus.Transition;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.change.Change;
import dev.headrace.operator.change.JobState;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What is remembered of a job, in its status. */
public final class StateInStatus {
    private StateInStatus() {}

    public static JobState read(StreamJobStatus status) {
        return new JobState(
                Optional.ofNullable(status.revision()),
                Times.parse(status.finished()),
                Optional.ofNullable(status.transition()).flatMap(StateInStatus::change),
                Optional.ofNullable(status.refused())
                        .map(refused -> new JobState.Refusal(
                                refused.revision(),
                                refused.generation(),
                                word(Reason.values(), refused.reason()).orElse(Reason.PlanRefused),
                                refused.message())),
                Optional.ofNullable(status.restored()));
    }

    static Transition write(Change change) {
        return new Transition(
                change.step().name(),
                change.from().orElse(null),
                change.to().orElse(null),
                change.aim().strategy().name(),
                change.savepoint().orElse(null),
                change.aim().restoreFrom().orElse(null),
                change.aim().startFrom().orElse(null),
                change.aim().fresh() ? true : null,
                change.aim().generation().orElse(null),
                change.resting() ? true : null,
                Times.exact(change.since()),
                Times.exact(change.stepSince()),
                change.deadline().map(Times::exact).orElse(null),
                change.reason().map(Reason::name).orElse(null),
                change.message().isEmpty() ? null : change.message());
    }

    static StreamJobStatus.Refusal write(JobState.Refusal refusal) {
        return new StreamJobStatus.Refusal(
                refusal.revision(), refusal.generation(), refusal.reason().name(), refusal.message());
    }

    /** A step that this operator does not know is taken for none: what runs is left running. */
    private static Optional<Change> change(Transition transition) {
        return word(Step.values(), transition.step())
                .map(step -> new Change(
                        step,
                        Optional.ofNullable(transition.from()),
                        Optional.ofNullable(transition.to()),
                        new Change.Aim(
                                word(Strategy.values(), transition.strategy()).orElse(Strategy.Restart),
                                Optional.ofNullable(transition.restoreFrom()),
                                Optional.ofNullable(transition.startFrom()),
                                Boolean.TRUE.equals(transition.fresh()),
                                Optional.ofNullable(transition.generation())),
                        Optional.ofNullable(transition.savepoint()),
                        Boolean.TRUE.equals(transition.resting()),
                        Times.parse(transition.since()).orElse(Instant.EPOCH),
                        Times.parse(transition.stepSince()).orElse(Instant.EPOCH),
                        Times.parse(transition.deadline()),
                        word(Reason.values(), transition.reason()),
                        Optional.ofNullable(transition.message()).orElse("")));
    }

    private static <E extends Enum<E>> Optional<E> word(E[] words, String text) {
        return Arrays.stream(words).filter(word -> word.name().equals(text)).findFirst();
    }
}
