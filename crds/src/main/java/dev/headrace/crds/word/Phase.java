package dev.headrace.crds.word;

/** Where a StreamJob is. */
public enum Phase implements Word {
    Pending("The pod is not there yet: it waits for a node, an image, or something that it refers to."),
    Starting("The pod plans the job and reads its state."),
    Running("The job runs."),
    BackingOff("The job has failed, and is started again after a while; the message says why it failed."),
    Unreachable("The pod runs, but does not answer the operator."),
    TakenOver("Another process has taken over the job in its storage; this one does not take it back."),
    Upgrading("A changed job takes the place of the one that ran."),
    RollingBack("The changed job did not get healthy in time; the one before it is started again."),
    Suspending("The job stops with a savepoint."),
    Suspended("No pod runs, as the spec asks; the state is in storage."),
    Finished("The input has ended, and all results are written."),
    Invalid("The spec cannot be run, and nothing else runs; the message says what to correct."),
    Deleting("The StreamJob is deleted; its deletion policy is carried out.");

    private final String sentence;

    Phase(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
