package dev.headrace.api.connect;

import dev.headrace.api.type.Schema;
import java.util.List;
import java.util.Set;

/** What a table's rows are read from: a set of splits, each an ordered sequence of rows with positions. */
public interface Source {
    /** Whether all splits end. A bounded job ends when its sources have. */
    boolean isBounded();

    /** The kinds of change that the rows have: INSERT_ONLY, or RETRACT / UPSERT where the format carries changes. */
    ChangelogMode changelogMode();

    /**
     * Finds splits. Called at the start and, unless bounded, again every {@link #discoveryIntervalMillis()}. A split's
     * id is the same whenever it is found. Fails with a {@code UserError} that names what is missing.
     *
     * @param known ids that earlier calls (also before a restart) have returned; they need not be returned again, but may
     */
    List<Split> discover(Set<String> known);

    /** Milliseconds between discoveries of new splits; 0 for none after the first. */
    long discoveryIntervalMillis();

    /**
     * Opens a reader that will be given splits. One reader serves all splits of a worker and is used by that worker's
     * thread alone.
     *
     * @param request the columns to produce
     */
    SourceReader open(ScanRequest request);

    /** The metadata that a record of this source has: key and type. Asked at planning. */
    default Schema metadata() {
        return Schema.of();
    }
}
