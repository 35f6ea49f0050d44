package dev.headrace.runtime;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * How tests start the command in a JVM of its own: as the image does, with a cache of loaded and linked classes, which makes
 * 0.6 s of a start's 1.5. The cache is made by a training run, once a test JVM, under {@code target/command}. It asks for a
 * class path of JARs, so the folders of this JVM's class path are packed.
 */
final class CommandJvm {
    private static final Path HOME = Path.of("target", "command").toAbsolutePath();
    private static final String TRAINING = """
            apiVersion: headrace.dev/v1alpha1
            kind: StreamJob
            metadata: {name: training}
            spec:
              snapshots: {interval: 100ms}
              sql: |
                CREATE TABLE numbers (id BIGINT, t AS TO_TIMESTAMP_LTZ(id, 3), WATERMARK FOR t AS t)
                WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '999');
                CREATE TABLE counts (k BIGINT, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
                INSERT INTO counts SELECT MOD(id, 7), COUNT(*)
                FROM TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(t), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, MOD(id, 7)
            """;
    private static final CommandJvm JVM = new CommandJvm();

    private final String classPath;
    private final Path cache = HOME.resolve("command.aot");

    private CommandJvm() {
        try {
            remove();
            Files.createDirectories(HOME);
            List<String> jars = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                Path path = Path.of(entry);
                if (!Files.isDirectory(path)) {
                    jars.add(entry);
                } else if (!path.endsWith("test-classes")) {
                    jars.add(packed(path, HOME.resolve("folder-" + jars.size() + ".jar")));
                }
            }
            classPath = String.join(File.pathSeparator, jars);
            train();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The beginning of a command line, up to the main class. */
    static List<String> commandLine(long heap) {
        return JVM.commandLine(heap, "-XX:AOTCache=" + JVM.cache);
    }

    private List<String> commandLine(long heap, String option) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                option,
                "-cp",
                classPath);
    }

    private void train() throws IOException, InterruptedException {
        Path job = Files.writeString(HOME.resolve("training.yaml"), TRAINING);
        Path said = HOME.resolve("training.txt");
        List<String> command = new ArrayList<>(commandLine(512 << 20, "-XX:AOTCacheOutput=" + cache));
        command.addAll(List.of("dev.headrace.runtime.Main", "run", job.toString(), "--quiet"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0 || !Files.exists(cache)) {
                throw new IllegalStateException("the training run has made no cache: " + Files.readString(said));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static String packed(Path folder, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
        return jar.toString();
    }

    private static void remove() throws IOException {
        if (!Files.exists(HOME)) {
            return;
        }
        Files.walkFileTree(HOME, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException error) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
