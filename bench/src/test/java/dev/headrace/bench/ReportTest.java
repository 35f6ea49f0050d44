package dev.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Optional<Measurement.Total> SEVEN_ROWS = Optional.of(new Measurement.Total(7, "ab"));

    @ParameterizedTest
    @CsvSource({
        // values, median, spread
        "5, 5, 0",
        "3 1 2, 2, 1",
        "10 40 20 30, 25, 1.2",
        "100 100 100, 100, 0",
        "90 100 120, 100, 0.3"
    })
    void median_and_spread(String values, double median, double spread) {
        double[] figures = Arrays.stream(values.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(Report.median(figures)).isEqualTo(median);
        assertThat(Report.spread(figures)).isEqualTo(spread, offset(1e-12));
    }

    @Test
    void the_geometric_mean_of_ratios_is_the_root_of_their_product() {
        assertThat(Report.geometricMean(2, 8).orElseThrow()).isEqualTo(4, offset(1e-12));
        assertThat(Report.geometricMean()).isEmpty();
    }

    @Test
    void a_ratio_is_that_of_the_medians_and_not_the_median_of_ratios() {
        // A million events: 1 M, 0.5 M, 0.25 M a CPU second against 100 k, 62.5 k, 125 k.
        Report.Line line = line("q0", runs(1, 2, 4), runs(10, 16, 8), List.of());
        assertThat(Report.ratio(line, Measurement::eventsPerCpuSecond).orElseThrow())
                .isEqualTo(5, offset(1e-12));
    }

    @Test
    void a_ratio_needs_both_sides() {
        assertThat(Report.ratio(line("q0", runs(1), List.of(), List.of()), Measurement::eventsPerCpuSecond))
                .isEmpty();
        assertThat(Report.ratio(line("q0", List.of(), runs(1), List.of()), Measurement::eventsPerCpuSecond))
                .isEmpty();
    }

    @Test
    void results_are_the_same_where_rows_and_checksum_are() {
        Optional<Measurement.Total> otherRows = Optional.of(new Measurement.Total(8, "ab"));
        Optional<Measurement.Total> otherChecksum = Optional.of(new Measurement.Total(7, "ac"));
        assertThat(Report.compare(SEVEN_ROWS, SEVEN_ROWS)).isEqualTo(Report.Verdict.SAME);
        assertThat(Report.compare(SEVEN_ROWS, otherRows)).isEqualTo(Report.Verdict.DIFFERENT);
        assertThat(Report.compare(SEVEN_ROWS, otherChecksum)).isEqualTo(Report.Verdict.DIFFERENT);
        assertThat(Report.compare(SEVEN_ROWS, Optional.empty())).isEqualTo(Report.Verdict.UNCHECKED);
        assertThat(Report.compare(Optional.empty(), SEVEN_ROWS)).isEqualTo(Report.Verdict.UNCHECKED);
    }

    @Test
    void the_table_has_medians_spreads_ratios_and_what_failed() {
        String table = Report.markdown(
                "Flink",
                List.of(
                        line("q0", runs(0.8, 1, 1), runs(10, 8, 10), List.of()),
                        line("q1", runs(4), runs(10), List.of()),
                        line("q2", runs(2), List.of(), List.of("flink failed: no memory"))));
        assertThat(table).isEqualTo("""
                | Query | Headrace, events a CPU second | spread | Flink | spread | Ratio | with start | Wall, s \
                | Peak memory, MiB | Rows | Result |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
                | q0 | 1.00 M | 25 % | 100 k | 25 % | 10.0 | 4.0 | 0.5 / 5.0 | 300 / 300 | 7 | same |
                | q1 | 250 k | - | 100 k | - | 2.5 | 2.0 | 2.0 / 5.0 | 300 / 300 | 7 | same |
                | q2 | 500 k | - | - | - | - | - | 1.0 / - | 300 / - | 7 | same |

                Geometric mean of 2 ratios: 5.0; with the start of the process: 2.8; the least: 2.5.

                - q2: flink failed: no memory
                """);
    }

    private static Report.Line line(
            String query, List<Measurement> ours, List<Measurement> peers, List<String> failures) {
        return new Report.Line(query, ours, peers, SEVEN_ROWS, Report.Verdict.SAME, failures);
    }

    /** Runs of a million events with these CPU seconds, two more of them for the start, on two processors. */
    private static List<Measurement> runs(double... cpuSeconds) {
        return DoubleStream.of(cpuSeconds)
                .mapToObj(cpu -> new Measurement(
                        "any",
                        "1",
                        "25",
                        "any",
                        "blackhole",
                        1,
                        1_000_000,
                        cpu / 2,
                        cpu,
                        cpu + 2,
                        300,
                        0,
                        Optional.empty()))
                .toList();
    }
}
