package dev.headrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A file whose place is taken by a pipe, so that who opens it waits. */
record Pipe(Path place, Path file) {
    /** @param away where the file is meanwhile */
    static Pipe inPlaceOf(Path place, Path away) throws IOException, InterruptedException {
        Path file = Files.move(place, away);
        Process made = new ProcessBuilder("mkfifo", place.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();
        return new Pipe(place, file);
    }

    /** Puts the file back, without those going on who wait. */
    void replace() throws IOException {
        Files.delete(place);
        Files.move(file, place);
    }

    /** Puts the file back, and those who wait go on with what they cannot read. */
    void giveBack() throws IOException {
        // Opened for both it waits for nobody.
        try (FileChannel both = FileChannel.open(place, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(both.isOpen()).isTrue();
            replace();
        }
    }
}
