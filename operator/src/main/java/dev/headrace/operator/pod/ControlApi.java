package dev.headrace.operator.pod;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** The control API of pods. Each call is answered within a few seconds, or fails. */
public interface ControlApi {
    /**
     * A pod to talk to.
     *
     * @param base {@code http://ADDRESS:PORT}
     */
    record Target(URI base, String token) {}

    PodState state(Target pod) throws IOException, InterruptedException;

    SavepointState savepoint(Target pod, String name) throws IOException, InterruptedException;

    void send(Target pod, Command command) throws IOException, InterruptedException;

    /** What a pod can be asked to do; to ask again for the same does nothing. */
    sealed interface Command {
        /**
         * To run the job.
         *
         * @param from a snapshot's name or path; empty: the latest in storage
         * @param fresh with empty state
         */
        record Start(Optional<String> from, boolean fresh) implements Command {}

        /** To take a savepoint, and run on. */
        record Savepoint(String name) implements Command {}

        /**
         * To end the job, and stay.
         *
         * @param savepoint the name of a last savepoint; empty: a last snapshot
         * @param abort without a last snapshot: what was done since the last one is as if it had not been
         */
        record Stop(Optional<String> savepoint, boolean abort) implements Command {}
    }
}
