package dev.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasurementTest {
    private static final String LINE =
            "engine=flink version=2.2.1 java=17.0.15 query=q5 sink=checksum workers=2 events=7 wall_s=3.50"
                    + " cpu_s=5.00 process_cpu_s=8.00 peak_rss_mib=1200 rows=17 checksum=00ff changes=20";

    @Test
    void a_line_is_read_by_the_names_of_its_figures() {
        assertThat(Measurement.parse(LINE, "flink", 2, 1_000_000, 0.25))
                .isEqualTo(new Measurement(
                        "flink",
                        "2.2.1",
                        "17.0.15",
                        "q5",
                        "checksum",
                        2,
                        1_000_000,
                        3.5,
                        5,
                        8,
                        1200,
                        0.25,
                        Optional.of(new Measurement.Total(17, "00ff"))));
    }

    @Test
    void rates_divide_the_events_by_the_seconds_of_the_job_or_of_the_process() {
        Measurement measurement = Measurement.parse(LINE, "flink", 1, 1_000_000, 0);
        assertThat(measurement.eventsPerCpuSecond()).isEqualTo(200_000);
        assertThat(measurement.eventsPerProcessCpuSecond()).isEqualTo(125_000);
    }

    @Test
    void without_a_checksum_there_is_no_total() {
        String timed = LINE.replace("checksum=00ff", "").replace("sink=checksum", "sink=blackhole");
        Measurement measurement = Measurement.parse(timed, "flink", 1, 1_000_000, 0.25);
        assertThat(measurement.total()).isEmpty();
        assertThat(measurement.json())
                .isEqualTo(
                        "{\"engine\":\"flink\",\"version\":\"2.2.1\",\"java\":\"17.0.15\",\"query\":\"q5\",\"sink\":\"blackhole\",\"run\":1,\"events\":1000000,"
                                + "\"wall_s\":3.50,\"cpu_s\":5.00,\"process_cpu_s\":8.00,\"events_per_cpu_s\":200000,"
                                + "\"peak_rss_mib\":1200,\"load\":0.25}");
    }

    @Test
    void json_ends_with_the_total_where_there_is_one() {
        assertThat(Measurement.parse(LINE, "flink", 1, 1_000_000, 0.25).json())
                .endsWith("\"load\":0.25,\"rows\":17,\"checksum\":\"00ff\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "cpu_s=5.00, cpu=5.00, no cpu_s in what a run printed",
        "rows=17, rowz=17, no rows in what a run printed",
        "wall_s=3.50, wall_s=soon, not a number where flink prints its figures"
    })
    void a_line_that_lacks_a_figure_is_an_error_that_shows_it(String there, String instead, String message) {
        String line = LINE.replace(" " + there, " " + instead);
        assertThatThrownBy(() -> Measurement.parse(line, "flink", 1, 1, 0))
                .isInstanceOf(UserError.class)
                .hasMessage(message + ": " + line);
    }
}
