package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pod is asked to end, as an eviction does, at some moment that is held until it knows of it. Where a manifest is to come, a
 * folder is in its place; the job takes a snapshot soon after its start and no other for an hour, so its name is known.
 */
class SigtermTest extends CopyingJob {
    private Path job;
    private PodProcess pod;
    private Release release = () -> {};
    private Release afterwards = () -> {};

    private Path withState() throws IOException {
        return job(COPY.replace("$end", "1000000000").replace("SELECT id", "SELECT DISTINCT id"));
    }

    /** A pod that has taken a snapshot, and takes no other by itself. */
    private PodProcess running(String... more) throws IOException {
        job = withState();
        PodProcess pod = start(seldom(job), "r1", more);
        pod.awaitState(s -> s.has("snapshot"));
        return pod;
    }

    /** Has the next process wait while it restores its state: each segment is a pipe into which nobody writes. */
    private List<Pipe> pipesForSegments() throws Exception {
        List<Pipe> pipes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("snapshots/segments"))) {
            for (Path file : files.toList()) {
                pipes.add(Pipe.inPlaceOf(file, folder.resolve("away-" + pipes.size())));
            }
        }
        assertThat(pipes).isNotEmpty();
        return pipes;
    }

    private static void endAfter(PodProcess pod, Release release) throws Exception {
        pod.process().askToEnd();
        await().atMost(PodProcess.PATIENCE).until(() -> pod.process().said().contains("the pod was asked to end"));
        release.run();
        assertThat(pod.process().endsWithin(PodProcess.PATIENCE.toMillis()))
                .as(pod.process().said())
                .isTrue();
        assertThat(pod.process().exitCode()).as(pod.process().said()).isZero();
    }

    /** Lets what is held go on. */
    private interface Release {
        void run() throws Exception;
    }

    private void assertTheNextOneIsStoppedAndGoesOn(String savepoint) throws Exception {
        try (PodProcess next = start(job, "r1")) {
            next.awaitPhase("Stopped");
            next.awaitSavepoint(savepoint, "Completed");
            next.post("/v1/start", "");
            next.awaitSnapshotOfRows();
            next.process().stop();
        }
        assertEachWrittenOnce();
    }

    @Test
    void a_job_that_was_being_stopped_stays_so_and_has_its_savepoint() throws Exception {
        try (PodProcess pod = running()) {
            Path inTheWay = blockManifest(1);
            pod.post("/v1/stop", "{\"savepoint\":\"last\"}");
            pod.awaitPhase("Stopping");
            endAfter(pod, () -> Files.delete(inTheWay));
        }
        assertTheNextOneIsStoppedAndGoesOn("last");
    }

    @Test
    void a_stop_that_comes_while_the_pod_ends_is_carried_out_too() throws Exception {
        try (PodProcess pod = running()) {
            Path inTheWay = blockManifest(1);
            endAfter(pod, () -> {
                pod.awaitPhase("Stopping");
                assertThat(pod.post("/v1/stop", "{\"savepoint\":\"last\"}").status())
                        .isEqualTo(202);
                Files.delete(inTheWay);
            });
            assertThat(pod.process().said()).contains("savepoint last is complete");
        }
        assertTheNextOneIsStoppedAndGoesOn("last");
    }

    @Test
    void a_stop_that_comes_while_the_job_is_opened_is_carried_out_too() throws Exception {
        job = withState();
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitSnapshotOfRows();
            pod.kill();
        }
        List<Pipe> pipes = pipesForSegments();
        try (PodProcess pod = start(job, "r1")) {
            pod.awaitState(s -> s.path("reason").asText().equals("Restoring"));
            pod.post("/v1/stop", "{\"savepoint\":\"last\"}");
            endAfter(pod, () -> {
                for (Pipe pipe : pipes) {
                    pipe.giveBack();
                }
            });
        }
        assertTheNextOneIsStoppedAndGoesOn("last");
    }

    /** What a pod is doing when it is asked to end, and what there is to see once it has. */
    private enum Moment {
        WAITING {
            @Override
            void hold(SigtermTest test) throws Exception {
                test.hadRows();
                test.pod = test.start(test.job, "r2", "--await-start");
                test.pod.awaitPhase("Waiting");
            }
        },
        RESTORING {
            @Override
            void hold(SigtermTest test) throws Exception {
                test.hadRows();
                List<Pipe> pipes = test.pipesForSegments();
                test.pod = test.start(test.job, "r1");
                test.pod.awaitState(s -> s.path("reason").asText().equals("Restoring"));
                test.release = () -> {
                    for (Pipe pipe : pipes) {
                        pipe.replace();
                    }
                };
            }
        },
        BACKING_OFF {
            @Override
            void hold(SigtermTest test) throws Exception {
                test.hadRows();
                Path wrong = Files.writeString(
                        test.folder.resolve("snapshots/manifests/%020d.json".formatted(1_000_000)), "no manifest");
                test.pod = test.start(test.job, "r1");
                test.pod.awaitPhase("BackingOff");
                test.release = () -> Files.delete(wrong);
            }
        },
        SAVEPOINT {
            @Override
            void hold(SigtermTest test) throws Exception {
                Path inTheWay = test.runsAndCannotSave();
                test.pod.post("/v1/savepoints/kept", "");
                test.pod.awaitSavepoint("kept", "InProgress");
                test.release = () -> Files.delete(inTheWay);
            }

            @Override
            void check(SigtermTest test) {
                assertThat(test.folder.resolve("snapshots/savepoints/kept.json"))
                        .exists();
            }
        },
        LAST_SNAPSHOT {
            @Override
            void hold(SigtermTest test) throws Exception {
                Path inTheWay = test.runsAndCannotSave();
                test.release = () -> {
                    test.pod.awaitPhase("Stopping");
                    Files.delete(inTheWay);
                };
            }
        },
        LAST_SNAPSHOT_THAT_FAILS {
            @Override
            void hold(SigtermTest test) throws Exception {
                Path inTheWay = test.runsAndCannotSave("--grace-seconds", "2");
                test.afterwards = () -> Files.delete(inTheWay);
            }

            @Override
            void check(SigtermTest test) {
                assertThat(test.pod.process().said()).contains("was not complete within 2 s");
            }
        };

        /** Starts the pod and brings it there. */
        abstract void hold(SigtermTest test) throws Exception;

        void check(SigtermTest test) {}
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void a_pod_ends_with_zero_within_its_grace_and_the_next_one_goes_on_with_each_row_once(Moment moment)
            throws Exception {
        job = withState();
        moment.hold(this);
        try (PodProcess ended = pod) {
            endAfter(ended, release);
        }
        moment.check(this);
        afterwards.run();
        try (PodProcess next = start(job, "r1")) {
            next.awaitSnapshotOfRows();
            next.process().stop();
        }
        assertEachWrittenOnce();
    }

    /** The job has run, and was killed. */
    private void hadRows() throws Exception {
        try (PodProcess before = start(job, "r1")) {
            before.awaitSnapshotOfRows();
            before.kill();
        }
    }

    private Path runsAndCannotSave(String... more) throws Exception {
        pod = running(more);
        return blockManifest(1);
    }
}
