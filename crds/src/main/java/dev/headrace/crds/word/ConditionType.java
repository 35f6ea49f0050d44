package dev.headrace.crds.word;

/** What a condition of a StreamJob is about. */
public enum ConditionType implements Word {
    Ready("The job runs, or has finished."),
    Progressing("A change of the job is under way."),
    Degraded("Something is wrong that may need a person."),
    SpecValid("The spec can be run; False leaves the revision that runs alone."),
    SnapshotHealthy("Snapshots are taken."),
    HandoverInProgress("A new revision takes over from the one that runs, without a gap.");

    private final String sentence;

    ConditionType(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
