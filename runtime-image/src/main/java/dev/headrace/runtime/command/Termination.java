package dev.headrace.runtime.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** What Kubernetes keeps of a container that has ended: how it went, in a line. */
final class Termination {
    private static final Path FILE = Path.of(System.getProperty("headrace.termination-log", "/dev/termination-log"));

    /** Kubernetes takes 4 KB from all containers of a pod together. */
    private static final int MOST_BYTES = 2048;

    private Termination() {}

    /** Says it, where there is somebody to read it. */
    static void say(String line) {
        if (!Files.isWritable(FILE)) {
            return;
        }
        byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(
                    FILE, Arrays.copyOf(text, Math.min(text.length, MOST_BYTES)), StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            // It was said on stdout, too.
        }
    }
}
