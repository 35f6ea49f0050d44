package dev.headrace.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that acts as an engine: prints the checksum that it is told to find, or fails as it is told to. Arguments:
 * {@code --checksum TEXT | --fail TEXT | --exit TEXT | --silent yes}, then those of a run.
 */
public final class FakePeer {
    private FakePeer() {}

    public static void main(String[] arguments) {
        List<String> given = Arrays.asList(arguments);
        switch (given.getFirst()) {
            case "--fail" -> throw new IllegalStateException("it broke", new IllegalStateException(given.get(1)));
            case "--silent" -> {}
            case "--exit" -> {
                System.out.println(given.get(1));
                System.exit(3);
            }
            default ->
                System.out.println("engine=fake version=1 java=25 query=" + after(given, "--query") + " sink="
                        + after(given, "--sink")
                        + " wall_s=2.00 cpu_s=4.00 process_cpu_s=8.00 peak_rss_mib=100 rows=7 checksum="
                        + given.get(1));
        }
    }

    private static String after(List<String> given, String name) {
        return given.get(given.indexOf(name) + 1);
    }

    static List<String> command(String... arguments) {
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FakePeer.class.getName()),
                        Arrays.stream(arguments))
                .toList();
    }
}
