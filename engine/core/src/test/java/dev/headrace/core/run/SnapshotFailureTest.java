package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.Reason;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage that takes no manifest of a job that runs, for a while. */
class SnapshotFailureTest {
    @TempDir
    Path folder;

    private final VirtualClock clock = new VirtualClock();
    private final MemorySystem system = new MemorySystem(2, 2000, 5);
    private IOException trouble;

    private Job open() {
        LocalStore store = new LocalStore(folder);
        ObjectStore failing = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("create") && trouble != null) {
                        throw trouble;
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return CopyJob.open(
                system,
                JobOptions.of("failing", 2)
                        .withSnapshots(failing, Duration.ofMillis(50))
                        .withClock(clock));
    }

    @Test
    void a_snapshot_that_cannot_be_written_is_tried_again_while_rows_go_on() {
        Job job = open();
        trouble = new IOException("the disk is full");
        String[] seen = {""};
        job.runDeterministically(new Random(1), () -> {
            clock.advance(Duration.ofMillis(1));
            if (trouble != null && job.metrics().snapshots().failures() == 2) {
                seen[0] = job.metrics().snapshots().trouble();
                trouble = null;
            }
        });
        assertThat(seen[0]).isEqualTo("the disk is full");
        assertThat(job.metrics().snapshots().trouble()).isEmpty();
        assertThat(system.differences()).isEmpty();
    }

    @Test
    void one_that_fails_for_lack_of_memory_ends_the_job() {
        Job job = open();
        trouble = new IOException(new OutOfMemoryError("Cannot reserve 8388608 bytes of direct buffer memory"));
        assertThatThrownBy(() -> job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1))))
                .matches(Reason::isOutOfMemory);
        trouble = null;
        open().runDeterministically(new Random(2), () -> clock.advance(Duration.ofMillis(1)));
        assertThat(system.differences()).isEmpty();
    }
}
