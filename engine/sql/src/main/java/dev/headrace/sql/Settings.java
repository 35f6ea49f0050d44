package dev.headrace.sql;

import java.util.List;
import java.util.Set;

/** The names that scripts SET, Flink's. */
final class Settings {
    /** Those that the planner or the runner heeds. */
    private static final Set<String> KNOWN = Set.of(
            "table.exec.state.ttl",
            "table.exec.source.idle-timeout",
            "table.exec.mini-batch.allow-latency",
            "table.local-time-zone",
            "execution.checkpointing.interval",
            "execution.lost-output",
            "state.backend.rocksdb.localdir",
            "taskmanager.memory.managed.size",
            "parallelism.default",
            "pipeline.name");

    /** Those whose value is a length of time. */
    static final Set<String> DURATIONS = Set.of(
            "table.exec.state.ttl",
            "table.exec.source.idle-timeout",
            "table.exec.mini-batch.allow-latency",
            "execution.checkpointing.interval");

    /** Beginnings of names that tune how Flink works. */
    private static final List<String> WITHOUT_MEANING = List.of(
            "table.optimizer.",
            "table.exec.",
            "table.dml-sync",
            "table.sql-dialect",
            "table.plan.",
            "execution.",
            "state.",
            "taskmanager.",
            "jobmanager.",
            "pipeline.",
            "restart-strategy",
            "sql-client.");

    private Settings() {}

    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    static boolean hasNoMeaning(String name) {
        return WITHOUT_MEANING.stream().anyMatch(name::startsWith);
    }
}
