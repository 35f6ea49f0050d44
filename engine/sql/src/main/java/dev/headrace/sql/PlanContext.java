package dev.headrace.sql;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.TableDefinition;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What the planner gets from around it.
 *
 * @param baseDirectory to which a script's relative paths are relative
 * @param sourceMode the changes that a table's source has; also checks the table's options
 * @param sinkMode the changes that a table's sink takes; also checks the table's options
 * @param secrets fills {@code ${env:NAME}} in option values
 * @param settings which override the script's SET
 * @param queryTable the table to which a bare SELECT is written, made from its name and columns; empty: refused
 */
public record PlanContext(
        Path baseDirectory,
        Function<TableDefinition, ChangelogMode> sourceMode,
        Function<TableDefinition, ChangelogMode> sinkMode,
        UnaryOperator<String> secrets,
        Map<String, String> settings,
        Optional<Function<dev.headrace.api.type.Schema, TableDefinition>> queryTable) {}
