package dev.headrace.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every script's plan is the one that is kept beside it; {@link GoldenPlans#main} writes them anew. */
final class GoldenPlansTest {
    @TestFactory
    Stream<DynamicTest> plans() {
        return GoldenPlans.scripts().stream()
                .map(script -> DynamicTest.dynamicTest(
                        GoldenPlans.DIRECTORY.relativize(script).toString(), () -> check(script)));
    }

    private static void check(Path script) throws IOException {
        assertThat(GoldenPlans.plan(script)).isEqualTo(Files.readString(GoldenPlans.planOf(script)));
    }
}
