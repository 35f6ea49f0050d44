package dev.headrace.runtime.pod;

/** What a pod is doing. The words are part of the control API. */
public enum Phase {
    /** Plans the job, or opens it: connects and restores state. */
    STARTING("Starting"),
    /** The job is planned and fits the state in storage; it waits to be told to start. */
    WAITING("Waiting"),
    RUNNING("Running"),
    /** The job has failed, and will be started again. */
    BACKING_OFF("BackingOff"),
    /** The job takes its last snapshot. */
    STOPPING("Stopping"),
    /** The job was told to stop, or another process has it now. */
    STOPPED("Stopped"),
    /** The job's input has ended, and all of its output is out. */
    FINISHED("Finished"),
    /** The job itself is wrong; it is not tried again. */
    INVALID("Invalid");

    private final String word;

    Phase(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
