package dev.headrace.runtime.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Brings warnings that libraries log by {@code java.util.logging} into {@link Log}. */
public final class LibraryLogs extends Handler {
    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    private LibraryLogs() {}

    /** Puts this in the place of what prints such messages on stderr. */
    public static void take() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new LibraryLogs());
    }

    @Override
    public void publish(LogRecord record) {
        if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            Log.say(
                    record.getLevel().intValue() >= Level.SEVERE.intValue() ? Log.Level.ERROR : Log.Level.WARN,
                    record.getLoggerName() == null ? "" : record.getLoggerName(),
                    FORMATTER.formatMessage(record),
                    record.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
