package dev.headrace.runtime.command;

import dev.headrace.api.error.UserError;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.runtime.terminal.TerminalConnector;
import dev.headrace.sql.SqlPlanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;

/** {@code headrace sql}: a prompt, where declarations stay and queries show their rows. */
@CommandLine.Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = "A prompt. Statements end with a semicolon; declarations stay until the end.")
public final class SqlCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build();
                JobSetup setup = new JobSetup(
                        "query",
                        here,
                        Map.of(),
                        Optional.of(schema -> JobSetup.queryTable(TerminalConnector.NAME, schema, here)))) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
            StringBuilder statement = new StringBuilder();
            while (true) {
                String line;
                try {
                    line = reader.readLine(statement.isEmpty() ? "headrace> " : "        > ");
                } catch (UserInterruptException e) {
                    statement.setLength(0);
                    continue;
                } catch (EndOfFileException e) {
                    return 0;
                }
                if (statement.isEmpty() && line.strip().matches("(?i)(quit|exit);?")) {
                    return 0;
                }
                statement.append(line).append('\n');
                if (line.stripTrailing().endsWith(";")) {
                    execute(setup, statement.toString());
                    statement.setLength(0);
                }
            }
        }
    }

    private static void execute(JobSetup setup, String statement) {
        try {
            TerminalConnector rows = new TerminalConnector(System.out, true);
            setup.connections().with(rows);
            SqlPlanner.Result planned = setup.plan(statement);
            planned.answers().forEach(System.out::println);
            if (!planned.job().sinks().isEmpty()) {
                Job job = setup.open(planned.job(), JobOptions.of("query", 1));
                job.start();
                job.await();
                rows.finish();
            }
            System.out.flush();
        } catch (UserError e) {
            System.out.println(e.getMessage());
        }
    }
}
