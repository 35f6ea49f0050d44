package dev.headrace.runtime.pod;

import dev.headrace.core.run.Job;
import java.util.Optional;

/** What the keeper is to do next. */
sealed interface Command {
    record Start(StartOrder order) implements Command {}

    record Stop(StopOrder order) implements Command {}

    record Pin(String savepoint) implements Command {}

    record Ended(Job job, Optional<Throwable> error) implements Command {}

    record Close() implements Command {}

    /** Snapshots have been taken since the pod waits. */
    record Follow() implements Command {}

    /** Nothing was asked, and what was waited for has come. */
    record Due() implements Command {}
}
