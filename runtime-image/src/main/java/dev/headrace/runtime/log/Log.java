package dev.headrace.runtime.log;

import dev.headrace.runtime.json.JsonText;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a pod says: a JSON object a line, with {@code time}, {@code level}, {@code job}, {@code revision}, {@code pod},
 * {@code message}, for libraries {@code logger}, and for defects {@code trace}. Nothing is said until {@link #open}; the
 * commands for people print their messages themselves.
 */
public final class Log {
    private static volatile Log current;

    private final PrintStream out;
    private final Map<String, String> fields;

    private Log(PrintStream out, Map<String, String> fields) {
        this.out = out;
        this.fields = new LinkedHashMap<>(fields);
    }

    /** How much a message matters. */
    public enum Level {
        INFO,
        WARN,
        ERROR
    }

    /** Says all that follows on {@code out}, with these fields in each line. */
    public static void open(PrintStream out, Map<String, String> fields) {
        current = new Log(out, fields);
    }

    public static void close() {
        current = null;
    }

    public static boolean isOpen() {
        return current != null;
    }

    public static void info(String message) {
        say(Level.INFO, "", message, null);
    }

    public static void warn(String message) {
        say(Level.WARN, "", message, null);
    }

    public static void error(String message) {
        say(Level.ERROR, "", message, null);
    }

    /** Something that a user cannot set right: a defect. The trace is for whoever mends it. */
    public static void defect(String message, Throwable error) {
        say(Level.ERROR, "", message, error);
    }

    /** @param logger empty for Headrace's own messages */
    static void say(Level level, String logger, String message, Throwable error) {
        Log log = current;
        if (log != null) {
            log.write(level, logger, message, error);
        }
    }

    private void write(Level level, String logger, String message, Throwable error) {
        JsonText line = new JsonText()
                .put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("level", level.name());
        fields.forEach(line::put);
        if (!logger.isEmpty()) {
            line.put("logger", logger);
        }
        line.put("message", Secrets.hidden(message));
        if (error != null) {
            line.put("trace", Secrets.hidden(trace(error)));
        }
        // One call, so that lines of several threads do not mix.
        out.print(line + "\n");
        out.flush();
    }

    private static String trace(Throwable error) {
        java.io.StringWriter text = new java.io.StringWriter();
        error.printStackTrace(new java.io.PrintWriter(text, true));
        return text.toString();
    }
}
