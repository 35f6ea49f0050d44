package dev.headrace.sql;

import dev.headrace.api.error.UserError;
import dev.headrace.sql.explain.PlanText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scripts under {@code plans} and their plans. A script's tables are in {@code tables.sql} beside it; a script without
 * INSERT is a query whose rows go to a table that takes all changes.
 */
public final class GoldenPlans {
    static final Path DIRECTORY = Path.of("src/test/resources/plans");

    private GoldenPlans() {}

    static List<Path> scripts() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            return files.filter(f -> f.toString().endsWith(".sql") && !f.endsWith("tables.sql"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path planOf(Path script) {
        return Path.of(script.toString().replaceFirst("\\.sql$", ".plan"));
    }

    public static PlanContext context() {
        return PlanContext.of(Path.of("."), TestConnector.connections())
                .withQueryTable(schema -> SqlPlanner.unnamedTable("test", schema, Path.of(".")));
    }

    /** The plan of a script as text, with the answers to its questions and its notes. */
    static String plan(Path script) {
        try {
            SqlPlanner planner = new SqlPlanner(context());
            Path tables = script.resolveSibling("tables.sql");
            if (Files.exists(tables)) {
                planner.plan(Files.readString(tables));
            }
            SqlPlanner.Result result = planner.plan(Files.readString(script));
            String answers = result.answers().stream().map(a -> a + "\n").collect(Collectors.joining());
            String notes =
                    result.job().notes().stream().map(n -> "-- " + n + "\n").collect(Collectors.joining());
            return answers + PlanText.of(result.job().sinks()) + notes;
        } catch (UserError e) {
            return "refused: " + e.getMessage() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the plans anew: to be looked at before they are kept. */
    public static void main(String[] arguments) throws IOException {
        for (Path script : scripts()) {
            if (arguments.length > 0 && !script.toString().contains(arguments[0])) {
                continue;
            }
            String plan;
            try {
                plan = plan(script);
            } catch (RuntimeException | Error e) {
                System.err.println(script);
                e.printStackTrace();
                plan = "failed: " + e + "\n";
            }
            Files.writeString(planOf(script), plan);
        }
    }
}
