package dev.headrace.crds.word;

/** The steps of a change. */
public enum Step implements Word {
    Trying(
            "The new revision is planned and checked against the state, beside the one that runs, which is not touched."),
    Stopping("The revision that runs stops with a savepoint."),
    Starting("The new revision has been told to start, and has to complete a snapshot of its own before the deadline."),
    RollingBack("The new revision is removed, and the one before it starts again from where it stopped."),
    Suspending("The job stops with a savepoint, and its pod goes."),
    Suspended("No pod runs.");

    private final String sentence;

    Step(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
