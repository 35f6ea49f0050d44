package dev.headrace.operator.objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;

/**
 * Whose an object is that has the name of a wanted one. It is ours when it is controlled by the same owner; and when it has our labels,
 * and is controlled by nobody, as where its owner was deleted without it, or by an earlier owner of the same name.
 */
public final class Ownership {
    private Ownership() {}

    /** Why an object is not ours, with what to do; empty where it is. */
    public static Optional<String> foreign(HasMetadata found, HasMetadata wanted) {
        Optional<OwnerReference> controller = controller(found);
        Optional<OwnerReference> owner = controller(wanted);
        boolean same = controller.isPresent()
                && controller.map(OwnerReference::getUid).equals(owner.map(OwnerReference::getUid));
        boolean left = labelled(found, wanted)
                && (controller.isEmpty() || controller.map(Ownership::text).equals(owner.map(Ownership::text)));
        return same || left ? Optional.empty() : Optional.of(sentence(found, wanted, controller, owner));
    }

    /** Whether nobody controls it. */
    public static boolean isNobodys(HasMetadata found) {
        return controller(found).isEmpty();
    }

    /**
     * Whether a StatefulSet of that name has made the pod, its only one. It may be gone already, or another of the name may be there: see
     * {@link #controls}.
     */
    public static boolean isPodOf(String statefulSet, Pod pod) {
        return pod.getMetadata().getName().equals(statefulSet + "-0")
                && controller(pod)
                        .filter(owner -> owner.getKind().equals("StatefulSet")
                                && owner.getName().equals(statefulSet))
                        .isPresent();
    }

    /** Whether that very object controls the other. */
    public static boolean controls(HasMetadata owner, HasMetadata object) {
        return controller(object)
                .filter(reference ->
                        reference.getUid().equals(owner.getMetadata().getUid()))
                .isPresent();
    }

    private static boolean labelled(HasMetadata found, HasMetadata wanted) {
        Map<String, String> labels =
                Optional.ofNullable(found.getMetadata().getLabels()).orElse(Map.of());
        return Names.MANAGER.equals(labels.get(Names.MANAGED_BY))
                && Names.job(wanted.getMetadata()).equals(Optional.ofNullable(labels.get(Names.JOB)));
    }

    private static String sentence(
            HasMetadata found,
            HasMetadata wanted,
            Optional<OwnerReference> controller,
            Optional<OwnerReference> owner) {
        String whose = controller
                .map(of -> "it belongs to " + text(of))
                .or(() -> Optional.ofNullable(found.getMetadata().getLabels())
                        .map(labels -> labels.get(Names.MANAGED_BY))
                        .map(manager -> "it is managed by " + manager))
                .orElse("somebody else has made it");
        return "there is a " + wanted.getKind() + " '" + wanted.getMetadata().getName() + "' already that is not of "
                + owner.map(Ownership::text).orElse("this") + ": " + whose
                + "; it is left alone. Remove it, or give the StreamJob another name";
    }

    private static String text(OwnerReference owner) {
        return owner.getKind() + " '" + owner.getName() + "'";
    }

    private static Optional<OwnerReference> controller(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getOwnerReferences()).stream()
                .flatMap(owners -> owners.stream())
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }
}
