package dev.headrace.core.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * Which manifest a revision goes on from when it is told nothing else. Of claims only its own counts, and only while that is the
 * latest manifest: behind a claim of another revision nothing was written, whatever it starts from, so it is as if it had not been.
 * A snapshot counts whoever has taken it: its output is committed, or will be.
 */
public final class GoingOn {
    private GoingOn() {}

    /**
     * The manifest.
     *
     * @param manifests all there are, oldest first
     * @param plan the plan as text: revisions without a name are told apart by it
     */
    public static Optional<Manifest> from(List<Manifest> manifests, String revision, String plan) {
        if (manifests.isEmpty()) {
            return Optional.empty();
        }
        Manifest latest = manifests.getLast();
        boolean own = latest.revision().equals(revision)
                && (!revision.isEmpty() || latest.plan().equals(plan));
        return own ? Optional.of(latest) : lastSnapshot(manifests);
    }

    /** The latest manifest that is no claim. */
    public static Optional<Manifest> lastSnapshot(List<Manifest> manifests) {
        return manifests.reversed().stream().filter(m -> !m.isClaim()).findFirst();
    }
}
