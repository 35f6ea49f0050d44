package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job finds in its snapshots, and what it keeps of them. */
class JobSnapshotTest {
    @TempDir
    Path folder;

    @Test
    void a_snapshot_tells_the_revision_that_wrote_it() throws Exception {
        LocalStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("revised", 1)
                .withSnapshots(store, Duration.ofHours(1))
                .withClock(clock);
        MemorySystem system = new MemorySystem(1, 10, 1);
        for (String revision : List.of("aaaaaaaaaa", "bbbbbbbbbb")) {
            Job job = CopyJob.open(system, options.withRevision(revision));
            assertThat(job.startedFrom().map(Manifest::revision))
                    .isEqualTo(revision.startsWith("b") ? Optional.of(revision) : Optional.empty());
            job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
            assertThat(StoredJob.latest(options).map(Manifest::revision)).contains(revision);
        }
    }

    @Test
    void a_snapshot_from_before_there_were_revisions_is_read() throws Exception {
        LocalStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("old", 1)
                .withSnapshots(store, Duration.ofHours(1))
                .withClock(clock);
        Job job = CopyJob.open(new MemorySystem(1, 10, 1), options);
        job.runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
        String name = SnapshotStore.manifestName(
                StoredJob.latest(options).orElseThrow().id());
        String json = new String(store.get(name).orElseThrow(), StandardCharsets.UTF_8);
        byte[] old = json.replaceAll(",\\s*\"revision\" : \"\"", "").getBytes(StandardCharsets.UTF_8);
        assertThat(new String(old, StandardCharsets.UTF_8)).doesNotContain("revision");
        store.put(name, old, 0, old.length);
        assertThat(StoredJob.latest(options).map(Manifest::revision)).contains("");
    }

    @Test
    void a_snapshot_that_does_not_say_what_its_state_means_is_refused() throws Exception {
        LocalStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        JobOptions options = JobOptions.of("old", 1)
                .withSnapshots(store, Duration.ofHours(1))
                .withClock(clock);
        MemorySystem system = new MemorySystem(1, 10, 1);
        CopyJob.open(system, options).runDeterministically(new Random(1), () -> clock.advance(Duration.ofMillis(1)));
        String name = SnapshotStore.manifestName(
                StoredJob.latest(options).orElseThrow().id());
        String json = new String(store.get(name).orElseThrow(), StandardCharsets.UTF_8);
        byte[] old = json.replace("\"version\" : 2", "\"version\" : 1").getBytes(StandardCharsets.UTF_8);
        store.put(name, old, 0, old.length);
        assertThatThrownBy(() -> CopyJob.open(system, options))
                .hasMessageContaining("was written by an older Headrace, which did not say what its state means");
    }

    @Test
    void a_check_finds_what_opening_would_refuse_and_touches_nothing() throws Exception {
        ObjectStore store = new LocalStore(folder);
        JobOptions options = JobOptions.of("checked", 1).withSnapshots(store, Duration.ofSeconds(10));
        StoredJob.check(CopyJob.plan(), options);
        assertThat(store.list("")).isEmpty();
        CopyJob.open(new MemorySystem(1, 10, 1), options);
        List<ObjectStore.Entry> before = store.list("");
        StoredJob.check(CopyJob.plan(), options);
        assertThatThrownBy(() -> StoredJob.check(
                        CopyJob.plan(), JobOptions.of("another", 1).withSnapshots(store, Duration.ofSeconds(10))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("are of the job 'checked', not of 'another'");
        assertThatThrownBy(() -> StoredJob.check(CopyJob.plan(), options.withRestoreFrom("savepoints/gone.json")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("there is no snapshot savepoints/gone.json in " + store.uri());
        assertThat(store.list("")).isEqualTo(before);
    }

    @Test
    void only_as_many_snapshots_are_kept_as_asked_and_savepoints_besides() throws Exception {
        MemorySystem system = new MemorySystem(1, 3000, 1);
        ObjectStore store = new LocalStore(folder);
        VirtualClock clock = new VirtualClock();
        Job job = CopyJob.open(
                system,
                JobOptions.of("kept", 1)
                        .withSnapshots(store, Duration.ofMillis(20))
                        .withKeep(2)
                        .withClock(clock));
        job.savepoint("before-upgrade");
        job.runDeterministically(new Random(3), () -> clock.advance(Duration.ofMillis(1)));
        List<String> names = new SnapshotStore(store)
                .list().stream().map(SnapshotStore.Named::name).toList();
        assertThat(names).hasSize(3).last().isEqualTo("savepoints/before-upgrade.json");
        assertThat(job.metrics().snapshots().count()).isGreaterThan(5);
    }
}
