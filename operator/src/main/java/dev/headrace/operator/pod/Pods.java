package dev.headrace.operator.pod;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.List;
import java.util.Optional;

/** What Kubernetes tells of a pod. */
public final class Pods {
    private Pods() {}

    /** Whether its process can be talked to. */
    static boolean runs(Pod pod) {
        return !leaves(pod)
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && container(pod)
                        .map(ContainerStatus::getState)
                        .filter(state -> state.getRunning() != null)
                        .isPresent();
    }

    static boolean leaves(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Why its process does not run. */
    static String waits(Pod pod) {
        Optional<ContainerStatus> container = container(pod);
        Optional<String> died = container
                .map(ContainerStatus::getLastState)
                .map(ContainerState::getTerminated)
                .or(() -> container.map(ContainerStatus::getState).map(ContainerState::getTerminated))
                .map(Pods::death);
        Optional<String> waits = container
                .map(ContainerStatus::getState)
                .map(ContainerState::getWaiting)
                .map(waiting -> sentence(waiting.getReason(), waiting.getMessage()));
        return died.map(text -> "the process has ended (" + text + "), and is started again"
                        + waits.map(reason -> ": " + reason).orElse(""))
                .or(() -> waits)
                .or(() -> unscheduled(pod))
                .orElse("the pod is made");
    }

    private static String death(ContainerStateTerminated end) {
        return "OOMKilled".equals(end.getReason())
                ? "out of memory; give it more in spec.resources.memory"
                : "exit code " + end.getExitCode()
                        + Optional.ofNullable(end.getMessage())
                                .filter(message -> !message.isBlank())
                                .map(message -> ": " + message.strip())
                                .orElse("");
    }

    private static Optional<String> unscheduled(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(status -> status.getConditions()).orElse(List.of()).stream()
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"))
                .map(PodCondition::getMessage)
                .map(message -> "no node takes the pod: " + message)
                .findFirst();
    }

    private static String sentence(String reason, String message) {
        return message == null || message.isBlank() ? reason : reason + ": " + message.strip();
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .map(status -> status.getContainerStatuses())
                .orElse(List.of())
                .stream()
                .findFirst();
    }
}
