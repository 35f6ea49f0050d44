package dev.headrace.runtime;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.runtime.command.ExplainCommand;
import dev.headrace.runtime.command.PodCommand;
import dev.headrace.runtime.command.RunCommand;
import dev.headrace.runtime.command.SnapshotCommand;
import dev.headrace.runtime.command.SqlCommand;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;

/** The command. Exit code 0 when done, 1 for a job that failed, 2 for a mistake in what was asked. */
@CommandLine.Command(
        name = "headrace",
        description = "Runs streaming jobs: SQL in Flink's dialect, state, each result exactly once.",
        version = "headrace 0.1.0-SNAPSHOT",
        mixinStandardHelpOptions = true,
        subcommands = {RunCommand.class, ExplainCommand.class, SqlCommand.class, SnapshotCommand.class, PodCommand.class
        })
public final class Main implements Runnable {
    private static final int JOB_FAILED = 1;
    private static final int WRONG_REQUEST = 2;

    @CommandLine.Option(
            names = "--debug",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show stack traces of errors.")
    private boolean debug;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
    }

    /** Runs a command line and returns its exit code. */
    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler((e, command, parsed) -> main.explain(e, err));
        line.setParameterExceptionHandler((e, ignored) -> {
            err.println("headrace: " + e.getMessage() + "; see headrace "
                    + e.getCommandLine().getCommandName().replace("headrace", "") + " --help");
            return WRONG_REQUEST;
        });
        return line.execute(arguments);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int explain(Exception e, PrintWriter err) {
        if (debug) {
            e.printStackTrace(err);
        }
        if (e instanceof UserError error) {
            err.println("headrace: " + error.getMessage());
            return error.kind() == UserError.Kind.REQUEST ? WRONG_REQUEST : JOB_FAILED;
        }
        if (e instanceof IOException failed) {
            err.println("headrace: " + Reason.of(failed));
            return JOB_FAILED;
        }
        err.println("headrace: " + e + (debug ? "" : " (this is a defect of Headrace; --debug shows where)"));
        return JOB_FAILED;
    }
}
