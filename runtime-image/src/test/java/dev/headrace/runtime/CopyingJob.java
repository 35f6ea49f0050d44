package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of pods' processes on a job that copies a sequence of numbers, with snapshots each 100 ms; so what was written is right when
 * it is the numbers from 0 on, each once.
 */
abstract class CopyingJob {
    static final String COPY = """
            CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '2000',
              'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '$end');
            CREATE TABLE copies (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
            INSERT INTO copies SELECT id FROM numbers
            """;

    @TempDir
    Path folder;

    int processes;

    final Path job(String sql) throws IOException {
        return CommandRun.job(folder, sql, "snapshots");
    }

    final Path endless() throws IOException {
        return job(COPY.replace("$end", "1000000000"));
    }

    final PodProcess start(Path job, String revision, String... more) {
        return PodProcess.start(folder.resolve("said-" + processes++), job, revision, more);
    }

    /** The same job with snapshots an hour apart, but for the one that each run begins with. */
    final Path seldom(Path job) throws IOException {
        return Files.writeString(
                folder.resolve("seldom.yaml"), Files.readString(job).replace("interval: 100ms", "interval: 1h"));
    }

    /** Has the next process that begins claim the job and take no snapshot, until the folder is removed that this returns. */
    final Path noSnapshotAfterTheNextClaim() throws IOException {
        return blockManifest(2);
    }

    /** Puts a folder where that manifest from now on would go. It is written when the folder has been removed. */
    final Path blockManifest(int ahead) throws IOException {
        Path manifests = Files.createDirectories(folder.resolve("snapshots/manifests"));
        long last;
        try (Stream<Path> files = Files.list(manifests)) {
            last = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .mapToLong(name -> Long.parseLong(name.replace(".json", "")))
                    .max()
                    .orElse(0);
        }
        return Files.createDirectory(manifests.resolve("%020d.json".formatted(last + ahead)));
    }

    final List<Long> written() throws IOException {
        List<Long> ids = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(f -> !f.getFileName().toString().startsWith("."))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    ids.add(Long.parseLong(line.replaceAll("\\D", "")));
                }
            }
        }
        ids.sort(Long::compare);
        return ids;
    }

    final void assertEachWrittenOnce() throws IOException {
        List<Long> ids = written();
        assertThat(ids).isNotEmpty();
        assertThat(ids).isEqualTo(LongStream.range(0, ids.size()).boxed().toList());
    }
}
