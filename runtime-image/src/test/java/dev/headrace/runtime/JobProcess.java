package dev.headrace.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, which can be killed. What it says goes to a file. */
final class JobProcess {
    private final Process process;
    private final Path said;

    private JobProcess(Process process, Path said) {
        this.process = process;
        this.said = said;
    }

    static JobProcess start(Path said, String... arguments) {
        return startMain(said, "dev.headrace.runtime.Main", arguments);
    }

    /** The command with more variables in its environment. */
    static JobProcess startIn(Map<String, String> environment, Path said, String... arguments) {
        return start(List.of(), environment, said, "dev.headrace.runtime.Main", arguments);
    }

    /** The command behind another one, which is to become it. */
    static JobProcess startBehind(List<String> before, Path said, String... arguments) {
        return start(before, Map.of(), said, "dev.headrace.runtime.Main", arguments);
    }

    static JobProcess startMain(Path said, String mainClass, String... arguments) {
        return start(List.of(), Map.of(), said, mainClass, arguments);
    }

    /** The command with a heap of so many bytes. */
    static JobProcess startWithHeap(long heap, Path said, String... arguments) {
        return start(List.of(), Map.of(), heap, said, "dev.headrace.runtime.Main", arguments);
    }

    /** The command as in a container of the image with that limit, in bytes, and so many cores. */
    static JobProcess startAsInImage(long limit, int cores, Path said, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(ImageJvm.commandLine(limit, cores));
        command.add("dev.headrace.runtime.Main");
        command.addAll(List.of(arguments));
        return start(command, Map.of("MALLOC_ARENA_MAX", "2"), said);
    }

    private static JobProcess start(
            List<String> before, Map<String, String> environment, Path said, String mainClass, String... arguments) {
        return start(before, environment, 512 << 20, said, mainClass, arguments);
    }

    private static JobProcess start(
            List<String> before,
            Map<String, String> environment,
            long heap,
            Path said,
            String mainClass,
            String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(CommandJvm.commandLine(heap));
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return start(command, environment, said);
    }

    private static JobProcess start(List<String> command, Map<String, String> environment, Path said) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
            builder.environment().putAll(environment);
            return new JobProcess(builder.start(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it ends by itself within that time. */
    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void askToEnd() {
        process.destroy();
    }

    /** Asks it to end, as Ctrl-C does, and waits until it has. */
    void stop() throws InterruptedException {
        askToEnd();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + said());
        }
    }

    String said() {
        try {
            return Files.readString(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
