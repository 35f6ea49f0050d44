package dev.headrace.operator.controller;

import dev.headrace.crds.Condition;
import dev.headrace.crds.StreamJobStatus;
import dev.headrace.crds.word.ConditionType;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Phase;
import dev.headrace.crds.word.Reason;
import dev.headrace.operator.change.Decision.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What users are told when a job's status changes, beyond what the changes of the job tell themselves. */
final class Telling {
    private Telling() {}

    static List<Told> of(StreamJobStatus before, StreamJobStatus now) {
        List<Told> told = new ArrayList<>();
        if (!now.phase().equals(before.phase())) {
            if (now.phase().equals(Phase.BackingOff.name())) {
                told.add(new Told(EventReason.JobFailed, now.message()));
            }
            if (now.phase().equals(Phase.Finished.name())) {
                told.add(new Told(EventReason.Finished, now.message()));
            }
        }
        turned(before, now, ConditionType.SnapshotHealthy, Reason.SnapshotFailing)
                .ifPresent(message -> told.add(new Told(EventReason.SnapshotFailing, message)));
        turned(before, now, ConditionType.Degraded, Reason.JobTakenOver)
                .ifPresent(message -> told.add(new Told(EventReason.JobTakenOver, message)));
        turned(before, now, ConditionType.SpecValid, Reason.SpecRefused)
                .ifPresent(message -> told.add(new Told(EventReason.SpecRefused, message)));
        turned(before, now, ConditionType.Degraded, Reason.OutOfMemory)
                .ifPresent(message -> told.add(new Told(EventReason.OutOfMemory, message)));
        turned(before, now, ConditionType.Degraded, Reason.PodRefused)
                .ifPresent(message -> told.add(new Told(EventReason.PodRefused, message)));
        turned(before, now, ConditionType.Degraded, Reason.PodPending)
                .ifPresent(message -> told.add(new Told(EventReason.PodPending, message)));
        return told;
    }

    /** The message of a condition that has come to have that reason. */
    private static Optional<String> turned(
            StreamJobStatus before, StreamJobStatus now, ConditionType type, Reason reason) {
        Optional<Condition> last = condition(before, type);
        return condition(now, type)
                .filter(condition -> condition.reason().equals(reason.name()))
                .filter(condition -> last.filter(old -> old.reason().equals(reason.name())
                                && old.message().equals(condition.message()))
                        .isEmpty())
                .map(Condition::message);
    }

    private static Optional<Condition> condition(StreamJobStatus status, ConditionType type) {
        return Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
                .filter(condition -> condition.type().equals(type.name()))
                .findFirst();
    }
}
