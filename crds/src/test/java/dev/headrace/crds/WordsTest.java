package dev.headrace.crds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.word.ConditionType;
import dev.headrace.crds.word.EventReason;
import dev.headrace.crds.word.Phase;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.SnapshotPhase;
import dev.headrace.crds.word.Step;
import dev.headrace.crds.word.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of words in docs/kubernetes.md. With {@code -Dheadrace.update=true} they are written instead of compared. */
class WordsTest {
    private static final Path PAGE = Path.of("../docs/kubernetes.md");
    private static final String BEGIN = "<!-- words: made from the code -->\n";
    private static final String END = "<!-- end of words -->\n";

    static Stream<Word> words() {
        return Stream.of(
                        Phase.values(),
                        ConditionType.values(),
                        Reason.values(),
                        Step.values(),
                        EventReason.values(),
                        SnapshotPhase.values())
                .flatMap(Arrays::stream);
    }

    @ParameterizedTest
    @MethodSource("words")
    void each_word_has_a_sentence(Word word) {
        assertThat(word.name()).matches("[A-Z][A-Za-z]+");
        assertThat(word.sentence()).matches("[A-Z].*[.]");
    }

    @Test
    void the_page_lists_them_all() throws IOException {
        String tables = table("Phases of a StreamJob", Phase.values())
                + table("Conditions of a StreamJob", ConditionType.values())
                + table("Reasons of conditions", Reason.values())
                + table("Steps of a change, in `status.transition`", Step.values())
                + table("Events", EventReason.values())
                + table("Phases of a Snapshot", SnapshotPhase.values())
                + "\n";
        String page = Files.readString(PAGE);
        assertThat(page).contains(BEGIN, END);
        String head = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String tail = page.substring(page.indexOf(END));
        if (Boolean.getBoolean("headrace.update")) {
            Files.writeString(PAGE, head + tables + tail);
        }
        assertThat(PAGE).as("run with -Dheadrace.update=true to write it").hasContent(head + tables + tail);
    }

    private static String table(String title, Word[] words) {
        return "\n### " + title + "\n\n| Word | |\n|---|---|\n"
                + Arrays.stream(words)
                        .map(word -> "| `" + word.name() + "`"
                                + (word instanceof EventReason event && event.warning() ? " (warning)" : "") + " | "
                                + word.sentence() + " |\n")
                        .collect(Collectors.joining());
    }
}
