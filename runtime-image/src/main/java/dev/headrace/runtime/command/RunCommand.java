package dev.headrace.runtime.command;

import dev.headrace.api.error.UserError;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.job.JobRunner;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.runtime.terminal.TerminalConnector;
import dev.headrace.sql.SqlPlanner;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code headrace run}. */
@CommandLine.Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs a job here. It ends when its input ends; Ctrl-C takes a snapshot, and the next run goes on.")
public final class RunCommand implements Callable<Integer> {
    @CommandLine.Parameters(arity = "0..1", paramLabel = "JOB.yaml", description = "A StreamJob.")
    private Path file;

    @CommandLine.Option(names = "-e", paramLabel = "SQL", description = "Runs this text; a SELECT shows its rows.")
    private String text;

    @CommandLine.Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a setting or a field such as snapshots.interval.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @CommandLine.Option(names = "--fresh", description = "Starts anew, whatever snapshots there are.")
    private boolean fresh;

    @CommandLine.Option(names = "--workers", description = "Threads that process rows (default: the processors).")
    private int workers = Runtime.getRuntime().availableProcessors();

    @CommandLine.Option(names = "--metrics-port", description = "Serves figures for Prometheus; 0 takes any free port.")
    private Integer metricsPort;

    @CommandLine.Option(names = "--quiet", description = "Says nothing but errors.")
    private boolean quiet;

    @Override
    public Integer call() {
        if ((file == null) == (text == null)) {
            throw UserError.request("run takes either the path of a job's YAML or -e with SQL");
        }
        if (workers < 1) {
            throw UserError.request("--workers takes a number from 1, not " + workers);
        }
        if (text != null) {
            runText();
        } else {
            runFile();
        }
        return 0;
    }

    private OptionalInt metrics() {
        return metricsPort == null ? OptionalInt.empty() : OptionalInt.of(metricsPort);
    }

    private void runFile() {
        JobFile job = JobFile.read(file, settings);
        JobRunner runner = new JobRunner(
                System.err, System.console() != null && System.console().isTerminal());
        try (JobSetup setup = new JobSetup(job.name(), job.base(), job.settings(), Optional.empty())) {
            SqlPlanner.Result planned = setup.plan(job);
            planned.job().notes().forEach(note -> System.err.println("note: " + note));
            planned.answers().forEach(System.out::println);
            if (planned.job().sinks().isEmpty()) {
                throw UserError.request(file + ": the script writes nothing; it needs an INSERT INTO");
            }
            JobOptions options = setup.options(job, planned.job(), workers, fresh);
            if (!runner.isFinished(planned.job(), options, setup.connections())) {
                runner.run(job.name(), setup.open(planned.job(), options), metrics(), quiet);
            }
        }
    }

    private void runText() {
        Path here = Path.of("").toAbsolutePath();
        TerminalConnector terminal = new TerminalConnector(
                System.out, System.console() != null && System.console().isTerminal());
        try (JobSetup setup = new JobSetup(
                "query",
                here,
                settings,
                Optional.of(schema -> JobSetup.queryTable(TerminalConnector.NAME, schema, here)))) {
            setup.connections().with(terminal);
            SqlPlanner.Result planned = setup.plan(text);
            planned.job().notes().forEach(note -> System.err.println("note: " + note));
            planned.answers().forEach(System.out::println);
            if (!planned.job().sinks().isEmpty()) {
                Job job = setup.open(planned.job(), JobOptions.of("query", workers));
                new JobRunner(System.err, false).run("query", job, metrics(), true);
                terminal.finish();
            }
        }
    }
}
