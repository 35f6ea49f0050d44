package dev.headrace.runtime.job;

import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.api.type.Schema;
import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.run.Connections;
import dev.headrace.core.run.Job;
import dev.headrace.core.run.JobOptions;
import dev.headrace.core.run.RunClock;
import dev.headrace.core.run.Standby;
import dev.headrace.core.run.StoredJob;
import dev.headrace.core.upgrade.OnChange;
import dev.headrace.format.FormatRegistry;
import dev.headrace.runtime.log.Secrets;
import dev.headrace.runtime.storage.Stores;
import dev.headrace.sql.PlanContext;
import dev.headrace.sql.SqlPlanner;
import dev.headrace.sql.codegen.GeneratedCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Everything that a script needs to become a job in this process. */
public final class JobSetup implements AutoCloseable {
    private static final Pattern SECRET = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern POSITION = Pattern.compile("(?s)(\\d+):(\\d+): (.*)");

    private final RunClock clock = RunClock.SYSTEM;
    private final Stores stores;
    private final Connections connections;
    private final SqlPlanner planner;

    /**
     * @param base to which relative paths are relative
     * @param settings which override the script's
     * @param queryTable see {@link PlanContext}
     */
    public JobSetup(
            String jobName,
            Path base,
            Map<String, String> settings,
            Optional<Function<Schema, TableDefinition>> queryTable) {
        stores = new Stores(settings);
        connections = new Connections(FormatRegistry.load(), new Environment(stores, clock, jobName));
        planner = new SqlPlanner(new PlanContext(base, connections, JobSetup::withSecrets, settings, queryTable));
    }

    public Connections connections() {
        return connections;
    }

    /** Plans a script by itself; errors begin with {@code line:column: }. */
    public SqlPlanner.Result plan(String script) {
        return planner.plan(script);
    }

    /** Plans the script of a file; errors begin with {@code file:line:column: }, of the file. */
    public SqlPlanner.Result plan(JobFile file) {
        try {
            return planner.plan(file.sql());
        } catch (UserError e) {
            Matcher position = POSITION.matcher(e.getMessage());
            if (!position.matches()) {
                throw UserError.request(file.file() + ": " + e.getMessage());
            }
            int line = Integer.parseInt(position.group(1)) + file.sqlLine() - 1;
            int column = Integer.parseInt(position.group(2)) + file.sqlColumn();
            throw UserError.request(file.file() + ":" + line + ":" + column + ": " + position.group(3));
        }
    }

    /** The storage of that URI; of a folder, its absolute path. */
    public ObjectStore storage(String uri) {
        return stores.open(uri, Path.of("/"));
    }

    /** How a file's job is run. */
    public JobOptions options(JobFile file, JobPlan plan, int workers, boolean fresh) {
        String storage = file.snapshots().storage().orElse(".headrace/" + file.name());
        Options settings = new Options("SET", plan.settings());
        Duration interval = settings.duration(
                "execution.checkpointing.interval", file.snapshots().interval());
        JobOptions defaults = JobOptions.of(file.name(), workers);
        return defaults.withMemory(
                        settings.size("taskmanager.memory.managed.size", defaults.memory()),
                        settings.text("state.backend.rocksdb.localdir")
                                .map(Path::of)
                                .orElse(defaults.spillFolder()))
                .withEpoch(settings.duration("table.exec.mini-batch.allow-latency", JobPlan.DEFAULT_EPOCH))
                .withSnapshots(stores.open(withSecrets(storage), file.base()), interval)
                .withKeep(file.snapshots().keep())
                .withOnChange(file.onChange())
                .withFresh(fresh);
    }

    /** How a changed job would go on from the snapshots at a path. */
    public StoredJob.Comparison compare(JobPlan plan, String path, Path base, OnChange onChange) {
        return StoredJob.compare(plan, stores.open(withSecrets(path), base), onChange);
    }

    public Job open(JobPlan plan, JobOptions options) {
        return open(plan, options, Optional.empty());
    }

    /** @param standby holds state ready for the job */
    public Job open(JobPlan plan, JobOptions options, Optional<Standby> standby) {
        return Job.open(plan, options, connections, new GeneratedCode(clock), standby);
    }

    /** The text with {@code ${env:NAME}} filled in. */
    public static String withSecrets(String value) {
        Matcher matcher = SECRET.matcher(value);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String secret = System.getenv(matcher.group(1));
            if (secret == null) {
                throw UserError.request("'${env:" + matcher.group(1) + "}': the environment has no variable "
                        + matcher.group(1) + "; set it");
            }
            Secrets.add(secret);
            matcher.appendReplacement(filled, Matcher.quoteReplacement(secret));
        }
        return matcher.appendTail(filled).toString();
    }

    /** The table of a bare query's rows. */
    public static TableDefinition queryTable(String connector, Schema schema, Path base) {
        return new TableDefinition(
                "result",
                schema,
                List.of(),
                List.of(),
                List.of(),
                new Options("result", new HashMap<>(Map.of("connector", connector))),
                base);
    }

    @Override
    public void close() {
        stores.close();
    }
}
