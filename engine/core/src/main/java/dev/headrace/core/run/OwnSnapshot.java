package dev.headrace.core.run;

/**
 * What it counts for, against an order to start from elsewhere, that the last snapshot in storage is of this very revision. Claims
 * are no snapshots. An order can come twice, or late; what has been committed since it was given must not be gone behind.
 */
public enum OwnSnapshot {
    /** Nothing: the job starts as ordered. */
    IGNORED,
    /** The job goes on from it; the order is for a revision that has taken no snapshot yet. */
    PREFERRED,
    /**
     * The job goes on from it, and does not start where another revision has taken a snapshot since. Where there is no snapshot at
     * all, that of the order must be there.
     */
    REQUIRED
}
