package dev.headrace.core.state;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rows of a table that are still in the snapshot which the table is restored from. They come in windows of neighbouring key
 * groups: at once when a key of theirs is asked for, the others one by one as there is time ({@link #next}). A row that is
 * there has come with all its key group, so a table that finds nothing in a group that is there has nothing.
 */
public final class Remainder {
    private final StateTable table;
    private final Windows windows;
    private final Function<IOException, RuntimeException> failure;

    /** What is left, without tombstones. A call that fails may be made again. */
    public interface Windows {
        /** Whether rows of a key group are left. */
        boolean has(int group);

        /** Has the window of a key group be read, of which rows are left. */
        void ask(int group);

        /** Whether {@link #take} of a key group that has been asked for need not wait. */
        boolean isRead(int group);

        /** Takes the window of a key group of which rows are left; waits for it. */
        StateDelta take(int group) throws IOException;

        /** Takes the next window, if it has been read or {@code wait} says so; it is being read otherwise. */
        Optional<StateDelta> next(boolean wait) throws IOException;

        boolean isEmpty();

        /** Bytes that are left. */
        long bytes();

        /** Nobody will take anything more. */
        void drop();
    }

    /** @param failure what is thrown where a key is asked for whose rows cannot be read */
    Remainder(StateTable table, Windows windows, Function<IOException, RuntimeException> failure) {
        this.table = table;
        this.windows = windows;
        this.failure = failure;
    }

    /** Brings in the rows of a key's group; false if they are there already. */
    boolean bring(int hash) {
        int group = KeyGroups.of(hash);
        if (!windows.has(group)) {
            return false;
        }
        try {
            // While that is being read, what has been is taken: as a rule it is asked for next.
            windows.ask(group);
            while (!windows.isRead(group) && nextIfRead()) {}
            if (windows.has(group)) {
                accept(windows.take(group));
            }
        } catch (IOException e) {
            throw failure.apply(e);
        }
        return true;
    }

    /** What has failed is not what is asked for, and is tried again later. */
    private boolean nextIfRead() {
        try {
            return next(false);
        } catch (IOException e) {
            return false;
        }
    }

    /** Brings in the next rows, if they have been read or {@code wait} says so; says whether it did. */
    public boolean next(boolean wait) throws IOException {
        Optional<StateDelta> read = windows.next(wait);
        read.ifPresent(this::accept);
        return read.isPresent();
    }

    /** Brings in all rows. */
    void all() {
        for (int group = 0; group < KeyGroups.COUNT && !windows.isEmpty(); group++) {
            bring(group << 32 - KeyGroups.BITS);
        }
    }

    /** Bytes that are left. */
    public long bytes() {
        return windows.bytes();
    }

    void drop() {
        windows.drop();
    }

    private void accept(StateDelta rows) {
        table.restore(rows.bytes());
        if (windows.isEmpty()) {
            table.whole();
        }
    }
}
