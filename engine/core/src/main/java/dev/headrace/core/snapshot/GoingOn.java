package dev.headrace.core.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * Which manifest a revision goes on from when it is told nothing else. A snapshot counts whoever has taken it: its output is
 * committed, or will be. A claim, behind which nothing was written, is as if it had not been, whatever it starts from; but where the
 * latest manifest is a claim by who has also taken the last snapshot, it is the same job going on. A revision's claim on another's
 * snapshot does not count even for itself: it may be left of an earlier try, to which another order led.
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
        Optional<Manifest> last = lastSnapshot(manifests);
        boolean own = latest.revision().equals(revision)
                && (revision.isEmpty()
                        ? latest.plan().equals(plan)
                        : last.filter(m -> m.revision().equals(revision)).isPresent());
        return own ? Optional.of(latest) : last;
    }

    /** The latest manifest that is no claim. */
    public static Optional<Manifest> lastSnapshot(List<Manifest> manifests) {
        return manifests.reversed().stream().filter(m -> !m.isClaim()).findFirst();
    }
}
