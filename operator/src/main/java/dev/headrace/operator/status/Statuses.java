package dev.headrace.operator.status;

import dev.headrace.crds.Condition;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.Phase;
import dev.headrace.operator.change.JobState;
import dev.headrace.operator.change.Moment;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.PodSeen;
import dev.headrace.operator.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The status that a job is to have. It equals the one before where there is nothing to tell. */
public final class Statuses {
    /** Figures are written at most so often, and only while they change. */
    public static final Duration FIGURES = Duration.ofSeconds(30);

    private Statuses() {}

    public static StreamJobStatus of(
            String job,
            StreamJobStatus before,
            JobState state,
            Moment moment,
            Optional<StreamJobStatus.Schedule> schedule) {
        Phases phases = Phases.of(state, moment);
        List<Condition> conditions =
                Conditions.of(Optional.ofNullable(before.conditions()).orElse(List.of()), state, moment, phases);
        PodSeen pod = Conditions.runs(state, moment);
        String finished = state.finished().map(Times::exact).orElse(null);
        boolean anew = !Objects.equals(
                        before.transition(),
                        state.change().map(StateInStatus::write).orElse(null))
                || !Objects.equals(before.finished(), finished);
        boolean figures = pod.told()
                .filter(told -> !comesAgain(told))
                .filter(told -> anew || due(before, told, moment.now()))
                .isPresent();
        return new StreamJobStatus(
                moment.generation(),
                phases.phase().name(),
                phases.message(),
                state.active().orElse(null),
                finished,
                pod instanceof PodSeen.Answers ? 1 : 0,
                selector(job),
                figures ? progress(pod.told().orElseThrow(), moment.now()) : before.progress(),
                figures ? snapshot(pod.told().orElseThrow()).orElse(before.snapshot()) : before.snapshot(),
                state.change().map(StateInStatus::write).orElse(null),
                state.refused().map(StateInStatus::write).orElse(null),
                state.restored().orElse(null),
                schedule.orElse(null),
                before.removal(),
                conditions);
    }

    /** A process that finds its job finished knows nothing of what another one has done for it. */
    private static boolean comesAgain(PodState told) {
        return told.phase() == PodState.Phase.Finished && told.snapshot().isEmpty() && told.rowsIn() == 0;
    }

    /**
     * The same status, but that the operator failed at the job.
     *
     * @param before the one that is there
     * @param status what else is known, if that is more
     */
    public static StreamJobStatus failed(
            StreamJobStatus before, StreamJobStatus status, long generation, String message, Instant now) {
        return new StreamJobStatus(
                status.observedGeneration(),
                Optional.ofNullable(status.phase()).orElse(Phase.Pending.name()),
                message,
                status.revision(),
                status.finished(),
                status.replicas(),
                status.selector(),
                status.progress(),
                status.snapshot(),
                status.transition(),
                status.refused(),
                status.restored(),
                status.schedule(),
                status.removal(),
                Conditions.failed(conditions(before), conditions(status), generation, message, now));
    }

    /**
     * The status of a job that is being deleted.
     *
     * @param trouble what holds that up
     */
    public static StreamJobStatus deleting(
            StreamJobStatus before,
            StreamJobStatus.Removal removal,
            Optional<String> trouble,
            long generation,
            Instant now) {
        return new StreamJobStatus(
                before.observedGeneration(),
                Phase.Deleting.name(),
                Phases.withTrouble(Phase.Deleting.sentence(), trouble),
                before.revision(),
                before.finished(),
                before.replicas(),
                before.selector(),
                before.progress(),
                before.snapshot(),
                before.transition(),
                before.refused(),
                before.restored(),
                before.schedule(),
                removal,
                Conditions.deleting(conditions(before), generation, now));
    }

    /** A sentence, and what holds up what it tells of. */
    public static String withTrouble(String sentence, Optional<String> trouble) {
        return Phases.withTrouble(sentence, trouble);
    }

    private static List<Condition> conditions(StreamJobStatus status) {
        return Optional.ofNullable(status.conditions()).orElse(List.of());
    }

    private static boolean due(StreamJobStatus before, PodState told, Instant now) {
        if (before.snapshot() == null && told.hasSnapshot()) {
            return true;
        }
        StreamJobStatus.Progress last = before.progress();
        if (last == null) {
            return told.phase() == PodState.Phase.Running || told.phase() == PodState.Phase.Finished;
        }
        return moved(last, told)
                && Times.parse(last.at())
                        .filter(at -> now.isBefore(at.plus(FIGURES)))
                        .isEmpty();
    }

    private static boolean moved(StreamJobStatus.Progress last, PodState told) {
        return !Objects.equals(last.rowsIn(), told.rowsIn())
                || !Objects.equals(last.lag(), lag(told))
                || !Objects.equals(last.lateRows(), told.lateRows());
    }

    /** When figures that have moved since may be written. */
    public static Optional<Instant> figuresDue(StreamJobStatus status, JobState state, Moment moment) {
        return Conditions.runs(state, moment)
                .told()
                .filter(told -> status.progress() != null && moved(status.progress(), told))
                .flatMap(told -> Times.parse(status.progress().at()))
                .map(at -> at.plus(FIGURES));
    }

    /** When a job no longer counts as short of memory. */
    public static Optional<Instant> memoryForgotten(JobState state, Moment moment) {
        return Conditions.shortOfMemory(state, moment).map(end -> end.at().plus(Conditions.RECENT));
    }

    private static StreamJobStatus.Progress progress(PodState told, Instant now) {
        return new StreamJobStatus.Progress(
                Times.text(now),
                told.rowsIn(),
                told.rowsOut(),
                told.lateRows(),
                lag(told),
                told.watermark().map(Times::exact).orElse(null),
                told.stateBytes());
    }

    private static Long lag(PodState told) {
        return told.lag().isPresent() ? told.lag().getAsLong() : null;
    }

    private static Optional<StreamJobStatus.LastSnapshot> snapshot(PodState told) {
        return told.snapshot()
                .map(last -> new StreamJobStatus.LastSnapshot(
                        last.name(), last.path(), Times.text(last.at()), last.durationMillis(), last.bytes()));
    }

    private static String selector(String job) {
        return Names.selector(job).entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }
}
