package dev.headrace.operator.pod;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
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
         * @param as who is told
         */
        record Start(Optional<String> from, boolean fresh, As as) implements Command {
            /** Which place a revision has in the life of its job. */
            public enum As {
                /** The one that has the job: it goes on. */
                CURRENT,
                /** One that is brought in: where it has taken a snapshot already, it goes on from that. */
                NEW,
                /** One that is gone back to: where another has taken a snapshot since, it stays where it is. */
                RETURNING
            }

            public static Start latest() {
                return new Start(Optional.empty(), false, As.CURRENT);
            }

            public static Start begin(Optional<String> from, boolean fresh) {
                return new Start(from, fresh, As.NEW);
            }

            public static Start back(Optional<String> to) {
                return new Start(to, false, As.RETURNING);
            }
        }

        /** To take a savepoint, and run on. */
        record Savepoint(String name) implements Command {}

        /**
         * To end the job, and stay.
         *
         * @param savepoint the name of a last savepoint; empty: a last snapshot
         * @param keep for how long the savepoint is kept; empty: until somebody removes it
         * @param abort without a last snapshot: what was done since the last one is as if it had not been
         */
        record Stop(Optional<String> savepoint, Optional<Duration> keep, boolean abort) implements Command {
            public static Stop with(Optional<String> savepoint) {
                return new Stop(savepoint, Optional.empty(), false);
            }

            public static Stop at(Optional<String> savepoint, Duration keep) {
                return new Stop(savepoint, savepoint.map(name -> keep), false);
            }

            public static Stop abrupt() {
                return new Stop(Optional.empty(), Optional.empty(), true);
            }
        }
    }
}
