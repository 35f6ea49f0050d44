package dev.headrace.operator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // line           | after                | next
                "* * * * *        | 2026-01-01T00:00:30Z | 2026-01-01T00:01:00Z",
                "* * * * *        | 2026-01-01T00:01:00Z | 2026-01-01T00:02:00Z",
                "0 3 * * *        | 2026-01-01T00:00:00Z | 2026-01-01T03:00:00Z",
                "0 3 * * *        | 2026-01-01T03:00:00Z | 2026-01-02T03:00:00Z",
                "*/15 * * * *     | 2026-01-01T00:50:00Z | 2026-01-01T01:00:00Z",
                "5/20 * * * *     | 2026-01-01T00:26:00Z | 2026-01-01T00:45:00Z",
                "0 9-17/4 * * *   | 2026-01-01T10:00:00Z | 2026-01-01T13:00:00Z",
                "30 8 1,15 * *    | 2026-01-02T00:00:00Z | 2026-01-15T08:30:00Z",
                "0 0 31 * *       | 2026-02-01T00:00:00Z | 2026-03-31T00:00:00Z",
                "0 0 29 FEB *     | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
                "0 0 * * MON-FRI  | 2026-01-02T12:00:00Z | 2026-01-05T00:00:00Z",
                "0 0 * * 7        | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
                "0 0 * * 0        | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
                "0 0 13 * FRI     | 2026-01-01T12:00:00Z | 2026-01-02T00:00:00Z",
                "0 0 1 JAN *      | 2026-01-01T00:00:00Z | 2027-01-01T00:00:00Z",
            })
    void it_is_due_next(String line, Instant after, Instant next) {
        assertThat(Cron.parse(line).after(after)).contains(next);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0 3 * *      | a cron line has five fields, and '0 3 * *' has 4",
                "60 3 * * *   | the minute has '60', but takes 0 to 59",
                "0 24 * * *   | the hour has '24', but takes 0 to 23",
                "0 0 0 * *    | the day of the month has '0', but takes 1 to 31",
                "0 0 * FOO *  | the month has 'FOO', but takes 1 to 12",
                "0 5-3 * * *  | the hour has '5-3', which goes backwards",
                "0/2/3 * * * * | the minute has '0/2/3', which is no number, range or step",
                "0 0 30 2 *   | '0 0 30 2 *' is never due",
                ", * * * *    | the minute has '', but takes 0 to 59",
            })
    void what_is_wrong_is_said(String line, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cron.parse(line)).withMessage(message);
    }
}
