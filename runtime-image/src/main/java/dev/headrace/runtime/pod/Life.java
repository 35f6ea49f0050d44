package dev.headrace.runtime.pod;

import java.util.OptionalLong;

/**
 * What a pod says of itself, and how that changes. A failed job is started again after a second, after two when it fails
 * again, and so on up to a minute; a job that has got beyond its first snapshot since its last start, which comes so soon
 * that it says little of why the job fails, begins anew at a second.
 *
 * @param message one sentence for people; for what is wrong, what was found, where and what to do
 * @param failures in a row, with no two snapshots in between
 * @param restarts how often the job was started again in this process
 * @param nextStartAt milliseconds since the epoch, while backing off
 */
public record Life(Phase phase, Cause cause, String message, int failures, int restarts, OptionalLong nextStartAt) {
    static final long FIRST_WAIT_MILLIS = 1000;
    static final long LONGEST_WAIT_MILLIS = 60_000;

    /** The life of a pod that has just begun. */
    public static Life begun() {
        return new Life(Phase.STARTING, Cause.PLANNING, "the job is being planned", 0, 0, OptionalLong.empty());
    }

    Life opening(String from) {
        return in(Phase.STARTING, Cause.RESTORING, "the job is being opened, " + from);
    }

    Life readingAhead() {
        return in(
                Phase.STARTING,
                Cause.RESTORING,
                "the job is planned and fits the state in storage, which is being read ahead");
    }

    /** @param held rows of state that are in memory already */
    Life waiting(long held) {
        return in(
                Phase.WAITING,
                Cause.AWAITS_START,
                "the job is planned, fits the state in storage and waits for start"
                        + (held == 0 ? "" : ", with " + held + " rows of state read ahead"));
    }

    Life superseded(String revision) {
        return in(
                Phase.WAITING,
                Cause.SUPERSEDED,
                "revision " + revision
                        + " has taken a snapshot since, and what it has written would be written again; the"
                        + " job waits for start");
    }

    Life running(String from) {
        return in(Phase.RUNNING, Cause.RUNS, "the job runs, " + from);
    }

    Life stopping() {
        return in(Phase.STOPPING, Cause.STOP_ASKED, "the job takes its last snapshot");
    }

    /** The job has failed before it had stopped. */
    Life failedStopping(String why) {
        return in(Phase.STOPPING, Cause.JOB_FAILED, "the job failed while it was being stopped: " + why);
    }

    Life stopped(String message) {
        return in(Phase.STOPPED, Cause.STOP_ASKED, message);
    }

    Life takenOver() {
        return in(
                Phase.STOPPED,
                Cause.TAKEN_OVER,
                "another process has taken over the job; this one has stopped, and nothing is lost");
    }

    Life finished() {
        return in(Phase.FINISHED, Cause.INPUT_ENDED, "the job's input has ended, and all of its output is out");
    }

    Life invalid(String why) {
        return in(Phase.INVALID, Cause.JOB_INVALID, why);
    }

    /** @param snapshots how many the run that failed had taken */
    Life failed(String why, long snapshots, long nowMillis) {
        int inARow = snapshots > 1 ? 1 : failures + 1;
        return new Life(
                Phase.BACKING_OFF,
                Cause.JOB_FAILED,
                why,
                inARow,
                restarts + 1,
                OptionalLong.of(nowMillis + waitMillis(inARow)));
    }

    /** How long to wait after that many failures in a row. */
    static long waitMillis(int failures) {
        int doublings = Math.min(failures - 1, 10);
        return Math.min(FIRST_WAIT_MILLIS << doublings, LONGEST_WAIT_MILLIS);
    }

    private Life in(Phase newPhase, Cause newCause, String newMessage) {
        return new Life(newPhase, newCause, newMessage, failures, restarts, OptionalLong.empty());
    }
}
