package dev.headrace.runtime.pod;

/** Why a pod is in its phase; {@code reason} in the control API. */
public enum Cause {
    PLANNING("Planning"),
    RESTORING("Restoring"),
    AWAITS_START("AwaitsStart"),
    RUNS("Runs"),
    JOB_FAILED("JobFailed"),
    STOP_ASKED("StopAsked"),
    SUPERSEDED("Superseded"),
    TAKEN_OVER("TakenOver"),
    INPUT_ENDED("InputEnded"),
    JOB_INVALID("JobInvalid");

    private final String word;

    Cause(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
