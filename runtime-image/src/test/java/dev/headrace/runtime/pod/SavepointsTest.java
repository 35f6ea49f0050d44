package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.api.storage.LocalStore;
import dev.headrace.core.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavepointsTest {
    @TempDir
    Path folder;

    private final Savepoints savepoints = new Savepoints();

    @Test
    void of_those_that_have_ended_the_latest_are_remembered_and_one_under_way_always_is() throws IOException {
        SnapshotStore store = new SnapshotStore(new LocalStore(folder));
        assertThat(savepoints.begin("first", store)).isTrue();
        for (int i = 0; i < 1000; i++) {
            savepoints.beginAnew("s" + i);
            savepoints.failed("s" + i, "no room");
        }
        assertThat(savepoints.size()).isEqualTo(100);
        assertThat(savepoints.begin("first", store)).isFalse();
        assertThat(savepoints.find("s999", store)).isPresent();
        assertThat(savepoints.find("s0", store)).isEmpty();
    }
}
