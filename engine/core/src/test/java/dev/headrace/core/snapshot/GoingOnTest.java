package dev.headrace.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoingOnTest {
    /** {@code REVISION:ID KIND}, where KIND is {@code snapshot}, {@code claim}, {@code return} or {@code savepoint}. */
    private static List<Manifest> manifests(String text) {
        return Stream.of(text.split(", "))
                .filter(part -> !part.isEmpty())
                .map(GoingOnTest::manifest)
                .toList();
    }

    private static Manifest manifest(String text) {
        String[] parts = text.split("[: ]");
        Manifest.Kind kind = parts[2].equals("snapshot")
                ? Manifest.Kind.PERIODIC
                : Manifest.Kind.valueOf(parts[2].toUpperCase(java.util.Locale.ROOT));
        boolean named = Character.isUpperCase(parts[0].charAt(0));
        return new Manifest(
                Manifest.VERSION,
                Long.parseLong(parts[1]),
                1,
                kind,
                "job",
                0,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                named ? "one plan for all" : parts[0],
                named ? parts[0] : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // revision | manifests                                                     | goes on from
                "A | ''                                                            | -",
                "A | A:1 snapshot                                                  | 1",
                "A | A:1 snapshot, A:2 claim                                       | 2",
                "A | A:1 snapshot, A:2 return                                      | 2",
                "A | A:1 claim                                                     | -",
                // Another has claimed the job and written nothing, whatever it started from.
                "A | A:1 snapshot, B:2 claim                                       | 1",
                "A | A:1 snapshot, B:2 return                                      | 1",
                "A | A:1 snapshot, B:2 claim, B:3 claim, C:4 claim                 | 1",
                "A | A:1 snapshot, A:2 claim, B:3 claim                            | 1",
                "A | A:1 savepoint, B:2 claim                                      | 1",
                "A | B:1 claim                                                     | -",
                // The other has written: its output is committed.
                "A | A:1 snapshot, B:2 claim, B:3 snapshot                         | 3",
                "A | A:1 snapshot, B:2 claim, B:3 snapshot, B:4 claim, C:5 claim   | 3",
                // Its own claim on another's snapshot may be left of an earlier try.
                "B | A:1 snapshot, B:2 claim                                       | 1",
                "B | A:1 snapshot, B:2 return                                      | 1",
                "B | A:1 snapshot, B:2 claim, A:3 claim                            | 1",
                "B | A:1 snapshot, B:2 claim, A:3 claim, A:4 snapshot              | 4",
                // Revisions without a name are told apart by their plans, which are written small here.
                "a | a:1 snapshot, a:2 claim                                       | 2",
                "a | a:1 snapshot, b:2 claim                                       | 1",
                "b | a:1 snapshot, b:2 claim                                       | 2",
                "a | a:1 snapshot, A:2 claim                                       | 1",
            })
    void a_revision_goes_on_from_what_counts(String revision, String manifests, Long id) {
        boolean named = Character.isUpperCase(revision.charAt(0));
        assertThat(GoingOn.from(manifests(manifests), named ? revision : "", named ? "one plan for all" : revision)
                        .map(Manifest::id))
                .isEqualTo(Optional.ofNullable(id));
    }
}
