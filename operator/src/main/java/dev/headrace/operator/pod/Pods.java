package dev.headrace.operator.pod;

import dev.headrace.operator.objects.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What Kubernetes tells of a pod. */
public final class Pods {
    private static final Set<String> NO_IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "InvalidImageName",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");
    private static final Set<String> BEING_MADE = Set.of("ContainerCreating", "PodInitializing");
    /** With which the process ends when it can have no more memory, be it heap, direct buffers or threads. */
    private static final int NO_MEMORY = 3;

    private static final String CRASHES = "CrashLoopBackOff";

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

    /** Whether a node has taken it and not begun its process, and its status does not say why. */
    public static boolean isBeingMade(Pod pod) {
        return !leaves(pod)
                && waiting(pod)
                        .filter(waiting -> BEING_MADE.contains(String.valueOf(waiting.getReason())))
                        .isPresent()
                && ended(pod).isEmpty();
    }

    /**
     * Why its process does not run.
     *
     * @param warning what Kubernetes has said of it in its events
     */
    static PodSeen.Pending waits(Pod pod, Optional<Warning> warning) {
        return ended(pod)
                .map(end -> new PodSeen.Pending(
                        "the process has ended (" + death(end) + "), and is started again"
                                + waiting(pod)
                                        .map(waiting -> ": " + said(waiting))
                                        .orElse(""),
                        waiting(pod)
                                .filter(waiting -> CRASHES.equals(waiting.getReason()))
                                .isPresent()))
                .or(() -> waiting(pod).map(waiting -> waits(pod, waiting, warning)))
                .or(() -> unscheduled(pod).map(why -> new PodSeen.Pending(why, true)))
                .orElse(new PodSeen.Pending("the pod is made", false));
    }

    /** Whether a pod that is to do one thing and end has done it; empty while it is at it. What was injected beside it may run on. */
    public static Optional<Boolean> hasDoneItsWork(Pod pod) {
        boolean ended = container(pod)
                .map(ContainerStatus::getState)
                .map(ContainerState::getTerminated)
                .filter(end -> Integer.valueOf(0).equals(end.getExitCode()))
                .isPresent();
        String phase =
                pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        return ended || phase.equals("Succeeded")
                ? Optional.of(true)
                : phase.equals("Failed") ? Optional.of(false) : Optional.empty();
    }

    /** What the process of a pod has left in a line as it ended. */
    public static Optional<String> said(Pod pod) {
        return ended(pod).map(ContainerStateTerminated::getMessage).map(String::strip);
    }

    /** Why the process of a pod that is to do one thing and end has not done it: it failed last, or will not run until somebody does something. */
    public static Optional<String> trouble(Pod pod) {
        return ended(pod)
                .filter(end -> !Integer.valueOf(0).equals(end.getExitCode()))
                .map(Pods::death)
                .or(() -> Optional.of(waits(pod, Optional.empty()))
                        .filter(PodSeen.Pending::wrong)
                        .map(PodSeen.Pending::message));
    }

    /** That its process last ended for lack of memory, be it that it has been started again. */
    public static Optional<OutOfMemory> outOfMemory(Pod pod) {
        return ended(pod).filter(Pods::isOutOfMemory).map(end -> {
            Instant at = Optional.ofNullable(end.getFinishedAt())
                    .map(time -> OffsetDateTime.parse(time).toInstant())
                    .orElse(Instant.EPOCH);
            return new OutOfMemory(
                    at,
                    "at " + at
                            + (end.getExitCode() == NO_MEMORY
                                    ? " its process ran out of memory, and ended"
                                    : " its process was killed, since it took more memory than it may")
                            + memory(pod).map(size -> " (" + size + ")").orElse("")
                            + "; raise spec.resources.memory");
        });
    }

    private static boolean isOutOfMemory(ContainerStateTerminated end) {
        return "OOMKilled".equals(end.getReason()) || Integer.valueOf(NO_MEMORY).equals(end.getExitCode());
    }

    private static Optional<String> memory(Pod pod) {
        return process(pod)
                .map(Container::getResources)
                .map(resources -> resources.getLimits())
                .map(limits -> limits.get("memory"))
                .map(Quantity::toString);
    }

    private static PodSeen.Pending waits(Pod pod, ContainerStateWaiting waiting, Optional<Warning> warning) {
        String reason = String.valueOf(waiting.getReason());
        String message = Optional.ofNullable(waiting.getMessage()).orElse("").strip();
        if (NO_IMAGE.contains(reason)) {
            return new PodSeen.Pending(
                    "the image " + image(pod) + " cannot be pulled"
                            + image(message).map(why -> ": " + why).orElse("")
                            + "; correct spec.image, or name spec.podTemplate.imagePullSecrets; where the job names no image,"
                            + " it is the chart's runtimeImage",
                    true);
        }
        if (reason.equals("CreateContainerConfigError")) {
            return new PodSeen.Pending(
                    "the pod cannot start: " + message
                            + "; make what is missing in the namespace, or correct spec.env or spec.envFrom",
                    true);
        }
        if (!BEING_MADE.contains(reason)) {
            return new PodSeen.Pending(
                    "the pod cannot start: " + said(waiting) + "; kubectl describe pod "
                            + pod.getMetadata().getName() + " tells more",
                    true);
        }
        return warning.map(said -> new PodSeen.Pending(
                        "the pod cannot start: " + said.note() + " (" + said.reason() + "); kubectl describe pod "
                                + pod.getMetadata().getName() + " tells more",
                        true))
                .orElse(new PodSeen.Pending("a node has taken the pod, and makes its container", false));
    }

    /** The same whether it was just tried or is waited with. */
    private static Optional<String> image(String message) {
        return Optional.of(message.replaceFirst("(?s)^Back-off pulling image \"[^\"]*\"(: \\w+: )?", ""))
                .filter(why -> !why.isBlank());
    }

    private static String image(Pod pod) {
        return process(pod).map(Container::getImage).orElse("");
    }

    /** The container that runs us. */
    private static Optional<Container> process(Pod pod) {
        return Optional.ofNullable(pod.getSpec()).stream()
                .flatMap(spec -> spec.getContainers().stream())
                .filter(container -> Names.CONTAINER.equals(container.getName()))
                .findFirst();
    }

    private static Optional<ContainerStateTerminated> ended(Pod pod) {
        return container(pod)
                .map(ContainerStatus::getState)
                .map(ContainerState::getTerminated)
                .or(() -> container(pod).map(ContainerStatus::getLastState).map(ContainerState::getTerminated));
    }

    private static Optional<ContainerStateWaiting> waiting(Pod pod) {
        return container(pod).map(ContainerStatus::getState).map(ContainerState::getWaiting);
    }

    private static String death(ContainerStateTerminated end) {
        return isOutOfMemory(end)
                ? "out of memory; give it more in spec.resources.memory"
                : "exit code " + end.getExitCode()
                        + Optional.ofNullable(end.getMessage())
                                .filter(message -> !message.isBlank())
                                .map(message -> ": " + message.strip())
                                .orElse("");
    }

    /** What the scheduler says of preemption and claims helps nobody. */
    private static Optional<String> unscheduled(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(status -> status.getConditions()).orElse(List.of()).stream()
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"))
                .map(PodCondition::getMessage)
                .map(message -> String.valueOf(message)
                        .replaceFirst("(?s)\\.? (no new claims to deallocate|preemption:).*", "")
                        .strip())
                .map(message -> "no node takes the pod: " + message
                        + (message.contains("Insufficient")
                                ? "; give the cluster more room, or ask for less in spec.resources"
                                : "; see spec.podTemplate: nodeSelector, affinity and tolerations"))
                .findFirst();
    }

    private static String said(ContainerStateWaiting waiting) {
        return waiting.getMessage() == null || waiting.getMessage().isBlank()
                ? waiting.getReason()
                : waiting.getReason() + ": " + waiting.getMessage().strip();
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .map(status -> status.getContainerStatuses())
                .orElse(List.of())
                .stream()
                // Others may have been injected beside it.
                .filter(status -> Names.CONTAINER.equals(status.getName()))
                .findFirst();
    }
}
