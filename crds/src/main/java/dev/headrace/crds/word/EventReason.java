package dev.headrace.crds.word;

/** What an event of a StreamJob or Snapshot tells of. */
public enum EventReason implements Word {
    Started("The job was started: at first, after a change, or after it was suspended.", false),
    Finished("The job's input has ended.", false),
    JobRefused("The job's first revision cannot be run; the message says what to correct.", true),
    JobFailed("The job failed, and is started again after a while.", true),
    JobRecovered("The job has run on for half a minute since it failed.", false),
    PodRefused("Kubernetes makes no pod; the message says why, and what to do.", true),
    PodPending("The pod does not start; the message says why, and what to do.", true),
    OutOfMemory(
            "The process ended for lack of memory, and the job goes on from its last snapshot; raise spec.resources.memory.",
            true),
    JobTakenOver("Another process has taken over the job in its storage; this one has stopped.", true),
    PodLost("A pod did not end in time, as when its node is lost, and was removed by force.", true),
    UpgradeStarted("A new revision is tried beside the one that runs.", false),
    UpgradePlanned("The new revision can be run; the message says what becomes of the state.", false),
    UpgradeCompleted("The new revision runs, and has completed a snapshot.", false),
    UpgradeRefused("The new revision cannot be run; the one that runs was not touched.", true),
    HandoverNotSupported("A handover was asked for, which is not there yet: the upgrade is done as a restart.", true),
    StoppedWithoutSavepoint("The job could not take a savepoint; the last snapshot in storage is gone on from.", true),
    RolledBack("The new revision did not get healthy in time; the one before it runs again.", true),
    Suspended("The job has stopped, and its pod is gone.", false),
    Resumed("The job is started again from where it was suspended.", false),
    SpecRefused("The spec asks for something that is not possible; what runs was not touched.", true),
    ObjectRefused("The API server refused an object of the job.", true),
    ReconcileFailed("The operator failed at it, and tries again; the message says at what.", true),
    SnapshotFailing("Snapshots fail; the job runs on.", true),
    SnapshotStarted("The job was asked for a savepoint.", false),
    SnapshotCompleted("A savepoint is in storage.", false),
    SnapshotFailed("A savepoint could not be taken.", true),
    SnapshotRemoved("A savepoint past its retention was removed from storage.", false),
    StateRemoved("The job's state was removed from storage, as its deletion policy asks.", false),
    RemovalGivenUp("State could not be removed from storage; what is left there has to be removed by hand.", true);

    private final String sentence;
    private final boolean warning;

    EventReason(String sentence, boolean warning) {
        this.sentence = sentence;
        this.warning = warning;
    }

    @Override
    public String sentence() {
        return sentence;
    }

    /** Whether the event is a warning rather than a note. */
    public boolean warning() {
        return warning;
    }
}
