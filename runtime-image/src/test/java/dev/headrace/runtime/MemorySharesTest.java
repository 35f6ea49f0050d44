package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launcher makes of a container's limit and cores. */
class MemorySharesTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest(name = "{0} MiB, {1} cores")
    @CsvSource({
        // limit, cores, heap, direct
        "289, 1, 64, 48",
        "320, 1, 90, 48",
        "320, 4, 71, 48",
        "320, 16, 64, 48",
        "384, 1, 142, 48",
        "512, 1, 247, 48",
        "512, 2, 247, 48",
        "512, 4, 246, 48",
        "512, 8, 217, 48",
        "512, '', 247, 48",
        "1024, 2, 654, 64",
        "1024, 16, 611, 64",
        "4096, 4, 3093, 160",
        "16384, 8, 12850, 544",
    })
    void heap_and_direct_buffers_follow_the_limit_and_the_workers(int limit, String cores, int heap, int direct)
            throws Exception {
        assertThat(ImageJvm.shares(limit * MIB, cores)).isEqualTo(new ImageJvm.Shares(heap, direct, ""));
    }

    /** RocksDB takes an eighth of the heap, as the state's budget has it, or the least that its workers need. */
    @ParameterizedTest(name = "{0} MiB, {1} cores")
    @CsvSource({"320, 1", "320, 4", "512, 2", "512, 16", "1024, 1", "1024, 32", "4096, 8", "65536, 64"})
    void what_is_set_aside_adds_up_to_the_limit_at_most(int limit, int cores) throws Exception {
        ImageJvm.Shares shares = ImageJvm.shares(limit * MIB, Integer.toString(cores));
        double rocks = Math.max(shares.heap() / 8.0, 8.0 * cores);
        double collector = shares.heap() * 0.095;
        assertThat(shares.heap() + collector + rocks + shares.direct() + 162).isLessThanOrEqualTo(limit);
    }

    @Test
    void a_container_with_too_little_is_told_what_it_needs() throws Exception {
        assertThat(ImageJvm.shares(288 * MIB, "1").refusal())
                .isEqualTo(
                        "headrace: the container may use 288 MiB of memory, but needs 320 MiB at least; raise its limit");
    }

    @Test
    void the_table_in_the_documentation_is_the_launchers() throws Exception {
        String text = Files.readString(Path.of("..", "docs", "pod.md"));
        for (int limit : new int[] {512, 1024, 4096}) {
            ImageJvm.Shares shares = ImageJvm.shares(limit * MIB, "2");
            String name = limit < 1024 ? limit + " MiB" : limit / 1024 + " GiB";
            assertThat(text).contains("| %s | %d MiB | %d MiB |".formatted(name, shares.heap(), shares.direct()));
        }
    }
}
