package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.connect.Sink.Fate;
import dev.headrace.core.run.LeftOutput.Step;
import dev.headrace.core.run.LeftOutput.Torn;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeftOutputTest {
    /** P: prepared, V: visible, L: lost; what to do when torn output stops the job, is written again, is left. */
    @ParameterizedTest
    @CsvSource({
        "'',    COMMIT,  COMMIT,  COMMIT",
        "P,     COMMIT,  COMMIT,  COMMIT",
        "V,     COMMIT,  COMMIT,  COMMIT",
        "PV,    COMMIT,  COMMIT,  COMMIT",
        "L,     GO_BACK, GO_BACK, GO_BACK",
        "LL,    GO_BACK, GO_BACK, GO_BACK",
        "PL,    GO_BACK, GO_BACK, GO_BACK",
        "VL,    STOP,    GO_BACK, LEAVE",
        "LPV,   STOP,    GO_BACK, LEAVE",
    })
    void output_is_committed_written_again_or_torn(String fates, Step stop, Step repeat, Step leave) {
        List<Fate> left = fates.chars()
                .<Fate>mapToObj(c -> switch (c) {
                    case 'P' -> new Fate.Prepared();
                    case 'V' -> new Fate.Visible();
                    default -> new Fate.Lost("why");
                })
                .toList();
        assertThat(Stream.of(Torn.STOP, Torn.REPEAT, Torn.LEAVE).map(torn -> LeftOutput.step(left, torn)))
                .containsExactly(stop, repeat, leave);
    }

    @Test
    void the_setting_is_one_of_three_words() {
        assertThat(Torn.of(Map.of())).isEqualTo(Torn.STOP);
        assertThat(Torn.of(Map.of("execution.lost-output", "leave"))).isEqualTo(Torn.LEAVE);
        assertThatThrownBy(() -> Torn.of(Map.of("execution.lost-output", "LEAVE")))
                .hasMessage("'execution.lost-output' is 'LEAVE', but takes 'stop', 'repeat' or 'leave'");
    }
}
