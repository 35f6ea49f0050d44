package dev.headrace.runtime.command;

import dev.headrace.api.error.UserError;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.StateTables;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.core.upgrade.StateText;
import dev.headrace.core.upgrade.UpgradeText;
import dev.headrace.runtime.job.JobFile;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.runtime.terminal.TerminalConnector;
import dev.headrace.sql.SqlPlanner;
import dev.headrace.sql.explain.PlanText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code headrace explain}. */
@CommandLine.Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Shows the plan of a job, the kinds of change in each step and its state, without running it.")
public final class ExplainCommand implements Callable<Integer> {
    @CommandLine.Parameters(arity = "0..1", paramLabel = "JOB.yaml", description = "A StreamJob.")
    private Path file;

    @CommandLine.Option(names = "-e", paramLabel = "SQL", description = "Explains this text.")
    private String text;

    @CommandLine.Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a setting.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @CommandLine.Option(
            names = "--upgrade-from",
            paramLabel = "PATH",
            description = "Shows what the job would take over of the snapshots there.")
    private String upgradeFrom;

    @Override
    public Integer call() {
        if ((file == null) == (text == null)) {
            throw UserError.request("explain takes either the path of a job's YAML or -e with SQL");
        }
        Path here = Path.of("").toAbsolutePath();
        JobFile job = file == null ? null : JobFile.readToExplain(file, settings);
        try (JobSetup setup = new JobSetup(
                "explain",
                job == null ? here : job.base(),
                job == null ? settings : job.settings(),
                Optional.of(schema -> JobSetup.queryTable(TerminalConnector.NAME, schema, here)))) {
            setup.connections().with(new TerminalConnector(System.out, false));
            SqlPlanner.Result planned = job == null ? setup.plan(text) : setup.plan(job);
            planned.job().notes().forEach(note -> System.err.println("note: " + note));
            planned.answers().forEach(System.out::println);
            if (upgradeFrom != null) {
                return compare(setup, planned.job(), job == null ? OnChange.REBUILD : job.onChange());
            }
            System.out.print(PlanText.of(planned.job().sinks()));
            JobGraph graph = JobGraph.of(planned.job(), 1);
            List<String> state = StateText.lines(graph, StateTables.of(graph));
            if (!state.isEmpty()) {
                System.out.println("\nState");
                state.forEach(line -> System.out.println("  " + line));
            }
        }
        return 0;
    }

    /** 0 where the job could go on, 1 where it would be refused. */
    private int compare(JobSetup setup, JobPlan plan, OnChange onChange) {
        StoredJob.Comparison comparison =
                setup.compare(plan, upgradeFrom, Path.of("").toAbsolutePath(), onChange);
        System.out.println("from snapshot " + comparison.manifest().id()
                + (comparison.upgrade().changed() ? "" : "; the job is the same"));
        UpgradeText.lines(comparison.upgrade()).forEach(System.out::println);
        comparison.refusal().ifPresent(why -> System.out.println("refused: " + why));
        return comparison.refusal().isEmpty() ? 0 : 1;
    }
}
