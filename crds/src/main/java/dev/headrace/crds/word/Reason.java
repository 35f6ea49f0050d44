package dev.headrace.crds.word;

/** Why a condition is as it is. */
public enum Reason implements Word {
    JobRunning("The job runs."),
    JobFinished("The job's input has ended, and all results are written."),
    JobStarting("The job has not started yet."),
    JobFailing("The job fails, and is started again after a while."),
    JobTakenOver("Another process has taken over the job in its storage; the message says what to do."),
    JobSuspended("The spec asks for no pod."),
    JobDeleted("The StreamJob is deleted."),
    PodPending("The pod waits for a node, an image, or something that it refers to."),
    PodRefused("Kubernetes makes no pod; the message says why, and what to do."),
    OutOfMemory("A process ended for lack of memory a short while ago; the message says what to do."),
    PodUnreachable("The pod does not answer the operator."),
    AsWanted("Nothing is wrong, and nothing is to be done."),
    NoChange("No change is under way."),
    UpgradeInProgress("A new revision takes the place of the one that ran."),
    RollbackInProgress("The revision before the last change is started again."),
    SuspendInProgress("The job stops with a savepoint."),
    SpecAccepted("The spec is the one that runs, or is about to."),
    SpecNotChecked("The spec has not been planned yet."),
    SpecRefused("The spec asks for something that is not possible; the message says what."),
    PlanRefused("The job cannot be planned, or does not fit the state; the message says why, with line and column."),
    ObjectRefused("The API server refused an object of the job; the message says which and why."),
    ReconcileFailed("The operator failed at the job, and tries again; the message says at what."),
    DeadlineExceeded("The revision was not healthy at its deadline, and was taken back."),
    NoSnapshotYet("No snapshot has been completed since the job was started."),
    SnapshotTaken("The last snapshot is complete."),
    SnapshotFailing("Snapshots fail; the job runs on, but a restart goes back to the last one that is complete."),
    StateUnread("Not all of the state that the job started from can be read; the message says why. It is tried again."),
    NoHandover("No handover is under way.");

    private final String sentence;

    Reason(String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
