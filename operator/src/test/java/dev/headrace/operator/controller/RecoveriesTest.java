package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.word.Phase;
import dev.headrace.operator.Jobs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveriesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Recoveries recoveries = new Recoveries();
    private final StreamJob job = Jobs.job("");

    /** What is seen: seconds, phase, restarts. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // what happens | what is seen | when it has recovered
                "it never failed                     | 0 Running 0, 60 Running 0                                     | -",
                "it runs on                          | 0 BackingOff 0, 1 Running 1, 30 Running 1, 31 Running 1        | 31",
                "it is told once                     | 0 BackingOff 0, 1 Running 1, 31 Running 1, 90 Running 1        | 31",
                "it fails each time                  | 0 BackingOff 0, 1 Running 1, 2 BackingOff 1, 32 Running 2, 33 BackingOff 2 | -",
                "it fails each time, not always seen | 0 BackingOff 0, 1 Running 1, 31 Running 2, 61 Running 2        | 61",
                "its pod is made anew meanwhile      | 0 BackingOff 3, 1 Running 4, 9 Starting 0, 40 Running 0, 70 Running 0 | 70",
                "it does not answer for a while      | 0 BackingOff 0, 1 Running 1, 9 Unreachable 0, 40 Running 1     | -",
                "it is suspended                     | 0 BackingOff 0, 5 Suspended 0, 9 Running 0, 60 Running 0       | -",
            })
    void a_job_has_recovered_once_it_has_run_on_for_a_while(String what, String seen, String recovered) {
        List<String> at = new ArrayList<>();
        for (String look : seen.split(", ")) {
            String[] words = look.split(" ");
            if (recoveries.see(
                    job,
                    Phase.valueOf(words[1]),
                    Long.parseLong(words[2]),
                    START.plusSeconds(Long.parseLong(words[0])))) {
                at.add(words[0]);
            }
        }
        assertThat(at).isEqualTo(recovered == null ? List.of() : List.of(recovered));
    }

    @Test
    void one_that_runs_after_a_failure_is_looked_at_again() {
        recoveries.see(job, Phase.BackingOff, 0, START);
        assertThat(recoveries.due(job)).isEmpty();
        recoveries.see(job, Phase.Running, 1, START.plusSeconds(1));
        assertThat(recoveries.due(job)).contains(START.plusSeconds(31));
        recoveries.see(job, Phase.Running, 1, START.plusSeconds(31));
        assertThat(recoveries.due(job)).isEmpty();
    }
}
