package dev.headrace.runtime.pod;

import dev.headrace.core.run.OwnSnapshot;
import java.util.Optional;

/** What a pod does with its job when it begins, is told to start, or a wait after a failure is over. */
sealed interface StartDecision {
    /** Opens the job and runs it. */
    record Start(StartOrder order) implements StartDecision {}

    /** Waits to be told. */
    record Wait() implements StartDecision {}

    /** There is nothing left to do: all output is in the last snapshot. */
    record Finished() implements StartDecision {}

    /** The job was stopped here, and stays so until it is told to start. A pod that may wait waits. */
    record Stopped() implements StartDecision {}

    /** Goes not back behind a snapshot that the other revision has taken, as it was told to, and waits. */
    record Superseded(String revision) implements StartDecision {}

    /** Another process has the job. */
    record TakenOver() implements StartDecision {}

    /**
     * @param revision this pod's
     * @param awaitStart whether a revision that does not have the job yet waits to be told
     * @param given what the command line says: for a revision that does not have the job yet
     * @param told what the pod was told and has not carried out yet
     * @param last what the last run of the job in this process was told
     * @param generation of the last run of the job in this process, 0 before the first
     * @param stored empty if there is no snapshot
     */
    static StartDecision of(
            String revision,
            boolean awaitStart,
            StartOrder given,
            Optional<StartOrder> told,
            StartOrder last,
            long generation,
            Optional<Stored> stored) {
        boolean claimed = stored.isPresent() && stored.get().revision().equals(revision);
        // A claim on another's snapshot may be left of an earlier try.
        boolean own = claimed && stored.get().snapshotRevision().equals(Optional.of(revision));
        Optional<String> other = stored.flatMap(Stored::snapshotRevision).filter(r -> !r.equals(revision));
        if (other.isPresent()
                && told.filter(t -> t.own() == OwnSnapshot.REQUIRED).isPresent()) {
            return new Superseded(other.get());
        }
        if (told.isPresent()) {
            return new Start(own ? told.get() : told.get().orElse(given));
        }
        if (generation > 0 && stored.isPresent() && stored.get().generation() > generation) {
            return new TakenOver();
        }
        if (own && stored.get().finished()) {
            return new Finished();
        }
        if (claimed && stored.get().stopped()) {
            return awaitStart ? new Wait() : new Stopped();
        }
        if (own) {
            return new Start(StartOrder.LATEST);
        }
        if (generation > 0) {
            return new Start(last);
        }
        return awaitStart ? new Wait() : new Start(given);
    }
}
