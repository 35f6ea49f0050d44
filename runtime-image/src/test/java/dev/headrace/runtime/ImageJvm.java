package dev.headrace.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How the image runs the JVM: its options, and the launcher's shares of a container's memory. */
final class ImageJvm {
    private static final Path SOURCES = Path.of("src", "main", "image");
    /** What is only in the image. */
    private static final List<String> ELSEWHERE =
            List.of("-XX:AOTCache", "-Xlog", "-Djava.io.tmpdir", "-Djava.library");

    /** A container's memory as the launcher shares it out, in MiB, or what it says where it refuses. */
    record Shares(int heap, int direct, String refusal) {}

    private ImageJvm() {}

    /** @param cores as text; empty where the launcher does not know */
    static Shares shares(long limit, String cores) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "sh",
                        "-euc",
                        ". ./memory; share_out \"$1\" \"$2\"; echo $heap $direct",
                        "sh",
                        Long.toString(limit),
                        cores)
                .directory(SOURCES.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            return new Shares(0, 0, said);
        }
        String[] shares = said.split(" ");
        return new Shares(Integer.parseInt(shares[0]), Integer.parseInt(shares[1]), "");
    }

    /** The beginning of a command line, up to the main class, in a container with that limit and so many cores. */
    static List<String> commandLine(long limit, int cores) throws IOException, InterruptedException {
        Shares shares = shares(limit, Integer.toString(cores));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        try (Stream<String> options = Files.lines(SOURCES.resolve("jvm.args"))) {
            options.filter(option -> ELSEWHERE.stream().noneMatch(option::startsWith))
                    .forEach(command::add);
        }
        command.add("-Xmx" + shares.heap() + "m");
        command.add("-XX:MaxDirectMemorySize=" + shares.direct() + "m");
        command.add("-XX:ActiveProcessorCount=" + Math.max(cores, 2));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }
}
