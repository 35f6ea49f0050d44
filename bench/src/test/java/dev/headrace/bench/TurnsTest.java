package dev.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns with processes that act as engines. */
class TurnsTest {
    @TempDir
    Path folder;

    private final List<String> heard = new ArrayList<>();

    @Test
    void one_check_each_and_then_pairs_headrace_first() {
        Report.Line line = turns(fake("ours", "--checksum", "ab"), fake("peer", "--checksum", "ab"), 2)
                .run("q0");
        assertThat(heard)
                .containsExactly(
                        "ours checksum 1",
                        "peer checksum 1",
                        "ours blackhole 1",
                        "peer blackhole 1",
                        "ours blackhole 2",
                        "peer blackhole 2");
        assertThat(line.verdict()).isEqualTo(Report.Verdict.SAME);
        assertThat(line.total()).contains(new Measurement.Total(7, "ab"));
        assertThat(line.ours()).hasSize(2);
        assertThat(line.peers()).hasSize(2).allMatch(m -> m.eventsPerCpuSecond() == 250);
        assertThat(line.failures()).isEmpty();
    }

    @Test
    void another_checksum_is_another_result() {
        assertThat(turns(fake("ours", "--checksum", "ab"), fake("peer", "--checksum", "ac"), 0)
                        .run("q0")
                        .verdict())
                .isEqualTo(Report.Verdict.DIFFERENT);
    }

    @Test
    void a_process_that_fails_ends_the_query_with_its_cause() {
        Report.Line line = turns(fake("ours", "--checksum", "ab"), fake("peer", "--fail", "no memory"), 2)
                .run("q0");
        assertThat(heard).containsExactly("ours checksum 1");
        assertThat(line.verdict()).isEqualTo(Report.Verdict.UNCHECKED);
        assertThat(line.failures())
                .containsExactly("peer failed: Caused by: java.lang.IllegalStateException: no memory ("
                        + folder.resolve("peer-q0-checksum-1.err") + ")");
    }

    @Test
    void the_last_words_of_a_jvm_without_memory_are_on_the_output() {
        assertThat(turns(
                                fake("ours", "--exit", "Terminating due to lack of memory"),
                                fake("peer", "--silent", "yes"),
                                1)
                        .run("q0")
                        .failures())
                .containsExactly("ours failed: Terminating due to lack of memory ("
                        + folder.resolve("ours-q0-checksum-1.err") + ")");
    }

    @Test
    void a_process_that_prints_nothing_has_failed() {
        assertThat(turns(fake("ours", "--silent", "yes"), fake("peer", "--checksum", "ab"), 1)
                        .run("q0")
                        .failures())
                .containsExactly("ours ended without its figures (" + folder.resolve("ours-q0-checksum-1.out") + ")");
    }

    @Test
    void query_6_is_not_asked_of_a_peer_and_query_12_is_not_compared() {
        Turns turns = turns(fake("ours", "--checksum", "ab"), fake("peer", "--checksum", "ac"), 1);
        assertThat(turns.run("q6").verdict()).isEqualTo(Report.Verdict.ALONE);
        assertThat(heard).containsExactly("ours checksum 1", "ours blackhole 1");
        assertThat(turns.run("q12").verdict()).isEqualTo(Report.Verdict.INCOMPARABLE);
    }

    private Turns turns(Contestant ours, Contestant peer, int pairs) {
        Contestant.Task task = new Contestant.Task(folder, 1000, 2, 10, 1, folder);
        return new Turns(
                task,
                ours,
                Optional.of(peer),
                pairs,
                true,
                m -> heard.add(m.engine() + " " + m.sink() + " " + m.run()));
    }

    private Contestant fake(String name, String... behaviour) {
        return new Contestant(name, FakePeer.command(behaviour), folder.resolve("state"));
    }
}
