package dev.headrace.operator.change;

import dev.headrace.operator.job.Origin;
import dev.headrace.operator.pod.ControlApi;
import java.time.Instant;
import java.util.Optional;

/** What is to be done; each may be done again. */
public sealed interface Action {
    /** Whose objects or pod it is about. */
    String revision();

    /**
     * The revision's objects are there, with so many pods.
     *
     * @param origin what it starts from, and is checked against, as long as it does not have the job
     * @param again another time makes Kubernetes try again at once to make a pod; empty: it tries as it sees fit
     */
    record Run(String revision, int replicas, Origin origin, Optional<Instant> again) implements Action {
        Run(String revision, int replicas, Origin origin) {
            this(revision, replicas, origin, Optional.empty());
        }

        Run again(Instant time) {
            return new Run(revision, replicas, origin, Optional.of(time));
        }

        static Run pod(String revision) {
            return new Run(revision, 1, Origin.LATEST);
        }

        static Run none(String revision) {
            return new Run(revision, 0, Origin.LATEST);
        }
    }

    /** The revision's objects are gone. */
    record Remove(String revision) implements Action {}

    /** The revision has no pods any more; what it is made of stays, so that it can have some again. */
    record Retire(String revision) implements Action {}

    /** Its pod goes from the API server, whatever has become of its process: storage admits one writer. */
    record Force(String revision) implements Action {}

    /** Its pod is asked for something. */
    record Ask(String revision, ControlApi.Command command) implements Action {}
}
