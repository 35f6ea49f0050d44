package dev.headrace.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
    @TempDir
    Path folder;

    @Test
    void a_note_that_a_job_was_stopped_is_of_one_manifest() throws Exception {
        SnapshotStore snapshots = new SnapshotStore(new LocalStore(folder));
        assertThat(snapshots.isStoppedAt(7)).isFalse();
        snapshots.markStopped(7);
        assertThat(snapshots.isStoppedAt(7)).isTrue();
        assertThat(snapshots.isStoppedAt(8)).isFalse();
    }

    @Test
    void removing_a_savepoint_spares_what_a_running_job_may_be_about_to_refer_to() throws Exception {
        ObjectStore store = new LocalStore(folder);
        SnapshotStore snapshots = new SnapshotStore(store);
        byte[] bytes = {1, 2, 3};
        String inFlight = snapshots.putSegment(bytes, bytes.length);
        long since = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        snapshots.remove(List.of("savepoints/gone.json"), since);
        assertThat(store.get(inFlight)).isPresent();
        snapshots.remove(List.of("savepoints/gone.json"), Long.MAX_VALUE);
        assertThat(store.get(inFlight)).isEmpty();
        snapshots.putSegment(bytes, bytes.length);
        snapshots.markStopped(1);
        assertThat(snapshots.removeAll()).isEqualTo(2);
        assertThat(store.list("")).isEmpty();
    }
}
