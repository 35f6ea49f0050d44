package dev.headrace.sql.validate;

import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.Names;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.sql.catalog.TableEntry;
import dev.headrace.sql.catalog.TypeMapping;
import dev.headrace.sql.error.SqlError;
import dev.headrace.sql.function.FunctionRegistry;
import dev.headrace.sql.parser.Statement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;

/** The tables, views and functions that a script has declared so far. In memory. */
public final class Catalog {
    private final QueryConverter converter;
    private final Path baseDirectory;
    private final UnaryOperator<String> secrets;
    private final Map<String, TableEntry> tables = new TreeMap<>();
    private final Map<String, String> views = new TreeMap<>();

    /** @param secrets fills {@code ${env:NAME}} in an option's value */
    public Catalog(QueryConverter converter, Path baseDirectory, UnaryOperator<String> secrets) {
        this.converter = converter;
        this.baseDirectory = baseDirectory;
        this.secrets = secrets;
    }

    public Optional<TableEntry> table(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    public List<String> tableNames() {
        return List.copyOf(tables.keySet());
    }

    public List<String> viewNames() {
        return List.copyOf(views.keySet());
    }

    public void addView(String name) {
        views.put(name, name);
    }

    public void drop(Statement.Drop drop) {
        String name = drop.name().toString();
        boolean known =
                drop.kind() == Statement.ObjectKind.TABLE ? tables.remove(name) != null : views.remove(name) != null;
        if (!known && !drop.ifExists() && drop.kind() != Statement.ObjectKind.FUNCTION) {
            throw SqlError.at(
                    drop.name().getParserPosition(),
                    "'" + name + "' is not declared" + Names.suggestion(name, tables.keySet()));
        }
        converter.remove(name);
    }

    /** Declares a table; options of the planner's own are taken out of those that the connector sees. */
    public void create(Statement.CreateTable statement, Duration defaultIdleTimeout) {
        String name = simple(statement.name());
        if (converter.knows(name)) {
            if (statement.ifNotExists()) {
                return;
            }
            throw SqlError.at(statement.name().getParserPosition(), "'" + name + "' is declared twice");
        }
        if (statement.query().isPresent()) {
            throw SqlError.at(
                    statement.name().getParserPosition(),
                    "CREATE TABLE .. AS is not supported; declare the table, then INSERT INTO it");
        }
        Map<String, String> optionTexts = new LinkedHashMap<>();
        List<TableEntry.Column> columns = new ArrayList<>();
        List<Field> physical = new ArrayList<>();
        List<TableDefinition.MetadataColumn> metadata = new ArrayList<>();
        List<String> primaryKey = new ArrayList<>();
        Optional<TableEntry.Watermark> watermark = Optional.empty();
        if (statement.like().isPresent()) {
            TableEntry other = table(simple(statement.like().get()))
                    .orElseThrow(() -> SqlError.at(
                            statement.like().get().getParserPosition(),
                            "table '" + statement.like().get() + "' is not declared"));
            columns.addAll(other.columns());
            physical.addAll(other.definition().physical().fields());
            metadata.addAll(other.definition().metadata());
            primaryKey.addAll(other.definition().primaryKey());
            watermark = other.watermark();
            if (statement.likeOptions()) {
                optionTexts.putAll(other.definition().options().asMap());
            }
        }
        statement.options().forEach((key, value) -> optionTexts.put(key, secrets.apply(value)));
        for (Statement.Column column : statement.columns()) {
            add(column, columns, physical, metadata);
        }
        statement.primaryKey().forEach(k -> primaryKey.add(k.getSimple()));
        for (SqlIdentifier key : statement.primaryKey()) {
            if (columns.stream().noneMatch(c -> c.name().equals(key.getSimple()))) {
                throw SqlError.at(key.getParserPosition(), "the primary key's column '" + key + "' is not there");
            }
        }
        Options own = new Options(name, optionTexts);
        Optional<String> lateRows = own.text("late-rows");
        Duration allowedLateness = own.duration("allowed-lateness", Duration.ZERO);
        Duration idleTimeout = own.duration("scan.watermark.idle-timeout", defaultIdleTimeout);
        Duration maxDrift = own.duration("scan.watermark.alignment.max-drift", Duration.ZERO);
        List.of("late-rows", "allowed-lateness", "scan.watermark.idle-timeout", "scan.watermark.alignment.max-drift")
                .forEach(optionTexts::remove);
        for (Statement.Watermark clause : statement.watermarks()) {
            watermark = Optional.of(watermark(clause, columns, idleTimeout, maxDrift));
        }
        TableDefinition definition = new TableDefinition(
                name,
                new Schema(physical),
                metadata,
                primaryKey,
                statement.partitionedBy().stream().map(SqlIdentifier::getSimple).toList(),
                new Options(name, optionTexts),
                baseDirectory);
        TableEntry entry = new TableEntry(definition, columns, watermark, lateRows, allowedLateness);
        converter.addTable(entry);
        tables.put(name, entry);
    }

    private static String simple(SqlIdentifier name) {
        return name.names.getLast();
    }

    private void add(
            Statement.Column column,
            List<TableEntry.Column> columns,
            List<Field> physical,
            List<TableDefinition.MetadataColumn> metadata) {
        String name = column.name().getSimple();
        if (columns.stream().anyMatch(c -> c.name().equals(name))) {
            throw SqlError.at(column.name().getParserPosition(), "column '" + name + "' is there twice");
        }
        switch (column) {
            case Statement.PhysicalColumn c -> {
                DataType type = type(c.type());
                columns.add(new TableEntry.Physical(name, type, physical.size()));
                physical.add(new Field(name, type));
            }
            case Statement.MetadataColumn c -> {
                DataType type = type(c.type());
                columns.add(new TableEntry.Metadata(name, type, c.key(), c.virtual()));
                metadata.add(new TableDefinition.MetadataColumn(name, c.key(), type, c.virtual()));
            }
            case Statement.ComputedColumn c -> {
                boolean processingTime = c.expression() instanceof SqlCall call
                        && call.getOperator().getName().equalsIgnoreCase(FunctionRegistry.PROCTIME.getName());
                DataType type = processingTime
                        ? DataType.timestampLtz(3).notNull()
                        : TypeMapping.fromCalcite(converter.typeOf(c.expression(), row(columns)));
                columns.add(new TableEntry.Computed(name, type, c.expression(), processingTime));
            }
        }
    }

    private org.apache.calcite.rel.type.RelDataType row(List<TableEntry.Column> columns) {
        RelDataTypeFactory.Builder row = converter.types().builder();
        columns.forEach(c -> row.add(c.name(), TypeMapping.toCalcite(c.type(), converter.types())));
        return row.build();
    }

    private DataType type(SqlDataTypeSpec spec) {
        try {
            return TypeMapping.fromCalcite(converter.typeOf(spec));
        } catch (IllegalArgumentException e) {
            throw SqlError.at(spec.getParserPosition(), e.getMessage());
        }
    }

    private void requireTime(Statement.Watermark clause, List<TableEntry.Column> columns, DataType time) {
        DataType type = TypeMapping.fromCalcite(converter.typeOf(clause.expression(), row(columns)));
        if (type.kind() != time.kind()) {
            throw SqlError.at(
                    clause.expression().getParserPosition(),
                    "the WATERMARK of a " + time.withNullable(true) + " column must be one, too, but its expression is "
                            + type.withNullable(true) + "; write '" + clause.column() + " - INTERVAL '5' SECOND'");
        }
    }

    private TableEntry.Watermark watermark(
            Statement.Watermark clause, List<TableEntry.Column> columns, Duration idleTimeout, Duration maxDrift) {
        String name = clause.column().toString();
        for (int i = 0; i < columns.size(); i++) {
            if (!columns.get(i).name().equals(name)) {
                continue;
            }
            Kind kind = columns.get(i).type().kind();
            if (kind != Kind.TIMESTAMP && kind != Kind.TIMESTAMP_LTZ) {
                throw SqlError.at(
                        clause.column().getParserPosition(),
                        "a WATERMARK needs a TIMESTAMP(3) or TIMESTAMP_LTZ(3) column, but '" + name + "' is "
                                + columns.get(i).type());
            }
            requireTime(clause, columns, columns.get(i).type());
            return new TableEntry.Watermark(i, clause.expression(), idleTimeout, maxDrift);
        }
        throw SqlError.at(clause.column().getParserPosition(), "the WATERMARK's column '" + name + "' is not there");
    }
}
