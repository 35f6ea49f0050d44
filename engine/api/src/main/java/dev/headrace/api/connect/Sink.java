package dev.headrace.api.connect;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What a table's rows are written to, exactly once if the system can.
 *
 * <p>Each worker has one {@link SinkWriter}. At a snapshot each writer hands over a committable: what it has written since
 * the last one and has not yet made visible. The committables lie in the snapshot's manifest; once that exists, {@link
 * #commit} makes them visible. A restart first commits those of the snapshot it starts from again: committing twice must
 * do no harm. What a killed process wrote after its last snapshot is never committed; {@link #recover} cleans it up.
 *
 * <p>A system may give up what a killed process had prepared, as Kafka does with a transaction that was open for too long.
 * So a restart first asks for {@link #fates}. If some of it is lost and none of it visible, in any sink of the job, the job
 * goes back to the snapshot before: what is still prepared is {@linkplain #withdraw withdrawn}, and the rows come again.
 */
public interface Sink {
    /**
     * The most that the sink understands: INSERT_ONLY, UPSERT (needs a key), or RETRACT. To a sink that says UPSERT rows
     * come in order by key, and a -U may be among them (where a filter follows an update, or others read the same rows):
     * it takes the row as -D does, and where the row is still there a +U follows.
     */
    ChangelogMode accepts();

    /** Keys of the metadata that can be written, each as a column behind the physical ones if the table declares it so. */
    default Set<String> writableMetadata() {
        return Set.of();
    }

    /** Opens a worker's writer. */
    SinkWriter open(WriterContext context);

    /**
     * Makes visible what lies in the committables of one snapshot. Idempotent, also across processes. Called by another
     * thread than the writers', while they write on.
     */
    void commit(List<byte[]> committables);

    /**
     * Called once at the start of a process, before any writer is opened: commits what {@code committed} of the snapshot
     * holds if that has not happened, and does away with what later writers left uncommitted.
     */
    void recover(List<byte[]> committables);

    /** What has become of a committable that a process before this one may not have committed. */
    sealed interface Fate {
        /** It can be made visible. */
        record Prepared() implements Fate {}

        /** It is visible, or may be. */
        record Visible() implements Fate {}

        /** It is not visible and never will be. {@code why} is a sentence that begins with the table. */
        record Lost(String why) implements Fate {}
    }

    /** The fate of each committable of the snapshot that the process starts from; called before {@link #recover}. */
    default List<Fate> fates(List<byte[]> committables) {
        return Collections.nCopies(committables.size(), new Fate.Visible());
    }

    /**
     * Makes sure that none of these becomes visible any more, also by a process that was believed dead. Called instead of
     * {@link #recover}, followed by {@link #resume} with those of an earlier snapshot.
     */
    default void withdraw(List<byte[]> committables) {}

    /**
     * Called instead of {@link #recover} when the process starts from another snapshot than the latest: what lies in these
     * committables was made visible at its time, and other output may have their names by now.
     */
    default void resume(List<byte[]> committables) {}

    /**
     * Who writes.
     *
     * @param worker number of the worker, from 0
     * @param workers how many there are
     * @param snapshot the id of the snapshot that the process started from, 0 for none: names given to new output must
     *     not collide with those of earlier attempts
     * @param sink tells this sink from others of the job, also those of the same table; the same after a restart
     */
    record WriterContext(int worker, int workers, long snapshot, String sink) {}
}
