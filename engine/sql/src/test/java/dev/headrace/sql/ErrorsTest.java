package dev.headrace.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headrace.api.error.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What a user reads of a wrong script: {@code errors.txt} is a table of scripts, each with its error below it. The tables
 * that they are about are those of the plans.
 */
final class ErrorsTest {
    @TestFactory
    Stream<DynamicTest> errors() throws IOException {
        String tables = Files.readString(GoldenPlans.DIRECTORY.resolve("features/tables.sql"));
        return Arrays.stream(Files.readString(Path.of("src/test/resources/errors.txt"))
                        .strip()
                        .split("\n\n"))
                .map(entry -> entry.split("\n  ", 2))
                .map(entry -> DynamicTest.dynamicTest(entry[0], () -> check(tables, entry[0], entry[1].strip())));
    }

    private static void check(String tables, String script, String expected) {
        SqlPlanner planner = new SqlPlanner(GoldenPlans.context());
        planner.plan(tables);
        UserError error = catchThrowableOfType(UserError.class, () -> planner.plan(script));
        assertThat(error).isNotNull().hasMessage(expected);
        assertThat(error.kind()).isEqualTo(UserError.Kind.REQUEST);
        assertThat(error.getMessage()).doesNotContain("Logical", "Sql", "Rel", "Rex", "calcite", "Exception");
    }
}
