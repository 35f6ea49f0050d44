package dev.headrace.runtime.command;

import dev.headrace.api.error.UserError;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.runtime.terminal.TerminalConnector;
import dev.headrace.sql.SqlPlanner;
import dev.headrace.sql.explain.PlanText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code headrace explain}. */
@CommandLine.Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Shows the plan of a job and the kinds of change in each step, without running it.")
public final class ExplainCommand implements Callable<Integer> {
    @CommandLine.Parameters(arity = "0..1", paramLabel = "JOB.yaml", description = "A StreamJob.")
    private Path file;

    @CommandLine.Option(names = "-e", paramLabel = "SQL", description = "Explains this text.")
    private String text;

    @CommandLine.Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a setting.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    public Integer call() {
        if ((file == null) == (text == null)) {
            throw UserError.request("explain takes either the path of a job's YAML or -e with SQL");
        }
        Path here = Path.of("").toAbsolutePath();
        JobFile job = file == null ? null : JobFile.read(file, settings);
        try (JobSetup setup = new JobSetup(
                "explain",
                job == null ? here : job.base(),
                job == null ? settings : job.settings(),
                Optional.of(schema -> JobSetup.queryTable(TerminalConnector.NAME, schema, here)))) {
            setup.connections().with(new TerminalConnector(System.out, false));
            SqlPlanner.Result planned = job == null ? setup.plan(text) : setup.plan(job);
            planned.job().notes().forEach(note -> System.err.println("note: " + note));
            planned.answers().forEach(System.out::println);
            System.out.print(PlanText.of(planned.job().sinks()));
        }
        return 0;
    }
}
