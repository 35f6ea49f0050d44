package dev.headrace.runtime.pod;

import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobMetrics;
import dev.headrace.runtime.log.Log;

/** Says in the log what troubles a run but does not end it, once for each reason, and when it is over. The keeper's own. */
final class TroubleLog {
    private final Job job;
    private String ofSnapshots = "";
    private String ofRestore = "";

    TroubleLog(Job job) {
        this.job = job;
    }

    /** Says what is new. */
    void say() {
        JobMetrics metrics = job.metrics();
        saySnapshots(metrics.snapshots().trouble());
        sayRestore(metrics.restoreTrouble().orElse(""));
    }

    /** Why snapshots fail. */
    private void saySnapshots(String trouble) {
        if (!trouble.equals(ofSnapshots)) {
            if (trouble.isEmpty()) {
                Log.info("snapshots are written again");
            } else {
                Log.warn("a snapshot cannot be written: " + trouble
                        + "; the job goes on and tries again, and results that are committed with it wait");
            }
            ofSnapshots = trouble;
        }
    }

    /** Why state that is still to come cannot be read. */
    private void sayRestore(String trouble) {
        if (!trouble.equals(ofRestore)) {
            if (trouble.isEmpty()) {
                Log.info("the state that is still to come is read again");
            } else {
                Log.warn("state that is still to come cannot be read: " + trouble
                        + "; the job goes on and tries again, and ends where a row needs it");
            }
            ofRestore = trouble;
        }
    }
}
