package dev.headrace.crds.word;

/** Where a Snapshot is. */
public enum SnapshotPhase implements Word {
    Pending("It waits for its job to run."),
    InProgress("The job takes it."),
    Completed("It is in storage, at the path in its status."),
    Failed("It could not be taken; the error says why."),
    Removing("It is past its retention, and is removed from storage.");

    private final String sentence;

    SnapshotPhase(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
