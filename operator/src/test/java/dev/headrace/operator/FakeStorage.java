package dev.headrace.operator;

import dev.headrace.operator.pod.ControlApi.Command.Start;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job's storage as docs/pod.md has it: claims, snapshots, savepoints, and who may write. The job reads numbers and writes each once;
 * a snapshot commits what was read since the one before. So a snapshot that does not begin where the last one ended has lost numbers
 * or written them twice, unless the user has asked that revision to begin elsewhere.
 */
public final class FakeStorage {
    /**
     * A manifest.
     *
     * @param position how many numbers had been read
     * @param finished whether there are no more
     */
    private record Manifest(
            long id, String revision, long generation, boolean claim, long position, boolean finished) {}

    /** A process' hold on the job, from its claim on. */
    public static final class Hold {
        private final String revision;
        private final long generation;
        private long written;
        /** How many numbers have been read. */
        public long position;

        private Hold(Manifest claim) {
            revision = claim.revision();
            generation = claim.generation();
            written = claim.position();
            position = claim.position();
        }
    }

    /** Another revision has taken a snapshot, which a revision that is gone back to leaves alone. */
    public static final class Superseded extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** There is no savepoint of that name. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final List<Manifest> manifests = new ArrayList<>();
    private final Map<String, Manifest> savepoints = new HashMap<>();
    private final Map<String, Long> beginnings = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private long stopped;

    private Optional<Manifest> latest() {
        return manifests.isEmpty() ? Optional.empty() : Optional.of(manifests.getLast());
    }

    private Optional<Manifest> last() {
        return manifests.reversed().stream().filter(m -> !m.claim()).findFirst();
    }

    private Optional<Manifest> goingOn(String revision) {
        return latest().filter(
                        m -> m.revision().equals(revision) && snapshotRevision().equals(Optional.of(revision)))
                .or(this::last);
    }

    /** Which revision took the last snapshot. */
    public Optional<String> snapshotRevision() {
        return last().map(Manifest::revision);
    }

    /** The name of the manifest that a revision goes on from. */
    public String goesOnFrom(String revision) {
        return goingOn(revision).map(m -> "" + m.id()).orElse("");
    }

    /** Whether a process of that revision goes on without being asked. */
    public boolean isOwn(String revision) {
        return latest().filter(m -> m.revision().equals(revision)
                        && m.id() != stopped
                        && snapshotRevision().equals(Optional.of(revision)))
                .isPresent();
    }

    /** Whether there is nothing left to do for that revision. */
    public boolean isFinished(String revision) {
        return latest().filter(m -> m.revision().equals(revision) && m.finished())
                .isPresent();
    }

    /** Whether another process has claimed the job since. */
    public boolean isLost(Hold hold) {
        return manifests.getLast().generation() > hold.generation;
    }

    /** From where the user has this revision begin; without it, it has to go on. Asked once, it is heeded once. */
    public void begins(String revision, Optional<Long> position) {
        beginnings.remove(revision);
        position.ifPresent(at -> beginnings.put(revision, at));
    }

    /** A process takes the job over. */
    public Hold claim(String revision, Start order) throws Superseded, Missing {
        boolean own = snapshotRevision().equals(Optional.of(revision));
        if (order.as() == Start.As.RETURNING && last().isPresent() && !own) {
            throw new Superseded();
        }
        boolean ordered = order.as() == Start.As.CURRENT || !own;
        if (ordered && order.from().isPresent() && !has(order.from().get())) {
            throw new Missing();
        }
        Optional<Manifest> from = !ordered
                ? goingOn(revision)
                : order.fresh()
                        ? Optional.empty()
                        : order.from().isPresent()
                                ? Optional.of(savepoints.get(order.from().get()))
                                : goingOn(revision);
        Manifest claim = add(
                false,
                revision,
                generation() + 1,
                true,
                from.map(Manifest::position).orElse(0L));
        return new Hold(claim);
    }

    private long generation() {
        return latest().map(Manifest::generation).orElse(0L);
    }

    private Manifest add(boolean finished, String revision, long generation, boolean claim, long position) {
        Manifest added = new Manifest(manifests.size() + 1, revision, generation, claim, position, finished);
        manifests.add(added);
        return added;
    }

    /** @return whether it was taken, and its output is committed; else another process has the job */
    public boolean snapshot(Hold hold) {
        return snapshot(hold, false);
    }

    /** @param finished whether it is the last one, of a job whose input has ended */
    public boolean snapshot(Hold hold, boolean finished) {
        if (isLost(hold)) {
            return false;
        }
        long expected = last().map(Manifest::position).orElse(0L);
        Long asked = beginnings.get(hold.revision);
        boolean first = !snapshotRevision().equals(Optional.of(hold.revision));
        if (hold.written != (asked != null && first ? asked : expected)) {
            faults.add(hold.revision + " goes on from " + hold.written + ", "
                    + snapshotRevision().orElse("nobody") + " had got to " + expected
                    + (asked == null ? "" : ", asked for " + asked));
        }
        if (first) {
            beginnings.remove(hold.revision);
        }
        history.add(hold.revision + " " + hold.written + ">" + hold.position);
        add(finished, hold.revision, hold.generation, false, hold.position);
        hold.written = hold.position;
        return true;
    }

    /** Somebody has stopped the job, if the latest manifest is of that revision. */
    public void markStopped(String revision) {
        latest().filter(m -> m.revision().equals(revision)).ifPresent(m -> stopped = m.id());
    }

    /** Keeps what a revision goes on from under a name, once. */
    public boolean pin(String name, String revision) {
        goingOn(revision).ifPresent(m -> savepoints.putIfAbsent(name, m));
        return savepoints.containsKey(name);
    }

    public boolean has(String savepoint) {
        return savepoints.containsKey(savepoint);
    }

    public long position(String savepoint) {
        return savepoints.get(savepoint).position();
    }

    public List<String> savepointNames() {
        return savepoints.keySet().stream().sorted().toList();
    }

    /** What was lost or doubled. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** {@code REVISION FROM>TO} for each snapshot. */
    public List<String> history() {
        return List.copyOf(history);
    }
}
