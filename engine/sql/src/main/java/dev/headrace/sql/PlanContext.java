package dev.headrace.sql;

import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Schema;
import dev.headrace.core.run.Connections;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What the planner gets from around it.
 *
 * @param baseDirectory to which a script's relative paths are relative
 * @param connections tell a source's changes and metadata and what a sink accepts, and check options; nothing is opened
 * @param secrets fills {@code ${env:NAME}} in option values
 * @param settings which override the script's SET
 * @param queryTable makes the table to which a bare SELECT is written from its columns; empty: a bare SELECT is refused
 */
public record PlanContext(
        Path baseDirectory,
        Connections connections,
        UnaryOperator<String> secrets,
        Map<String, String> settings,
        Optional<Function<Schema, TableDefinition>> queryTable) {
    public PlanContext {
        settings = Map.copyOf(settings);
    }

    /** A context whose scripts consist of INSERTs, without secrets or settings. */
    public static PlanContext of(Path baseDirectory, Connections connections) {
        return new PlanContext(baseDirectory, connections, UnaryOperator.identity(), Map.of(), Optional.empty());
    }

    public PlanContext withSecrets(UnaryOperator<String> newSecrets) {
        return new PlanContext(baseDirectory, connections, newSecrets, settings, queryTable);
    }

    public PlanContext withSettings(Map<String, String> newSettings) {
        return new PlanContext(baseDirectory, connections, secrets, newSettings, queryTable);
    }

    public PlanContext withQueryTable(Function<Schema, TableDefinition> newQueryTable) {
        return new PlanContext(baseDirectory, connections, secrets, settings, Optional.of(newQueryTable));
    }
}
