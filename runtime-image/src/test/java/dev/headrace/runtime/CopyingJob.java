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
