package dev.headrace.sql.validate;

import dev.headrace.api.error.UserError;
import dev.headrace.sql.catalog.TableEntry;
import dev.headrace.sql.catalog.TypeMapping;
import dev.headrace.sql.error.SqlError;
import dev.headrace.sql.function.FunctionRegistry;
import dev.headrace.sql.function.WindowFunctions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.config.NullCollation;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.ProxyingMetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.calcite.sql2rel.SqlToRelConverter;
import org.apache.calcite.sql2rel.StandardConvertletTable;

/** Validates queries against the declared tables and turns them into relational algebra. */
public final class QueryConverter {
    private final RelDataTypeFactory types = new JavaTypeFactoryImpl(new HeadraceTypeSystem()) {
        @Override
        public java.nio.charset.Charset getDefaultCharset() {
            return java.nio.charset.StandardCharsets.UTF_8;
        }
    };
    private final RelOptCluster cluster;
    private final CalciteSchema schema = CalciteSchema.createRootSchema(false, false);
    private final Map<String, SqlNode> names = new TreeMap<>();
    private final List<org.apache.calcite.sql.SqlOperator> userFunctions = new ArrayList<>();

    private static final String EXPRESSION = "$expression";

    public QueryConverter() {
        cluster = RelOptCluster.create(new HepPlanner(HepProgram.builder().build()), new RexBuilder(types));
        // Without this the first question about a plan compiles handlers with Janino, which costs more than all the
        // rest.
        cluster.setMetadataQuerySupplier(
                () -> new Metadata(new ProxyingMetadataHandlerProvider(DefaultRelMetadataProvider.INSTANCE)));
    }

    private static final class Metadata extends RelMetadataQuery {
        Metadata(ProxyingMetadataHandlerProvider provider) {
            super(provider);
        }
    }

    public RelDataTypeFactory types() {
        return types;
    }

    public RelOptCluster cluster() {
        return cluster;
    }

    public void addFunction(org.apache.calcite.sql.SqlOperator function) {
        userFunctions.add(function);
    }

    /** Makes a table known; its computed columns and watermark are validated here. */
    public void addTable(TableEntry table) {
        RelDataTypeFactory.Builder row = types.builder();
        table.columns().forEach(c -> row.add(c.name(), TypeMapping.toCalcite(c.type(), types)));
        RelDataType rowType = row.build();
        List<RexNode> computed = new ArrayList<>();
        for (TableEntry.Column column : table.columns()) {
            computed.add(
                    column instanceof TableEntry.Computed c && !c.processingTime()
                            ? expression(c.expression(), rowType)
                            : null);
        }
        List<RexNode> watermark = table.watermark().map(w -> expression(w.expression(), rowType)).stream()
                .toList();
        SourceScan scan = new SourceScan(cluster, table, rowType, Collections.unmodifiableList(computed), watermark);
        schema.add(table.definition().name(), new CatalogTable(rowType, context -> scan));
    }

    /** Makes a view known under a name, with other names for its columns unless the list is empty. */
    public void addView(String name, SqlNode query, List<String> columns) {
        RelNode rel = convert(query);
        if (!columns.isEmpty() && columns.size() != rel.getRowType().getFieldCount()) {
            throw SqlError.at(
                    query.getParserPosition(),
                    "view '" + name + "' names " + columns.size() + " columns, but its query has "
                            + rel.getRowType().getFieldCount());
        }
        RelNode named = columns.isEmpty() ? rel : renamed(rel, columns);
        schema.add(name, new CatalogTable(named.getRowType(), context -> named));
    }

    private RelNode renamed(RelNode rel, List<String> columns) {
        List<RexNode> all = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            all.add(cluster.getRexBuilder().makeInputRef(rel, i));
        }
        return org.apache.calcite.rel.logical.LogicalProject.create(rel, List.of(), all, columns, java.util.Set.of());
    }

    public void remove(String name) {
        schema.removeTable(name);
        names.remove(name);
    }

    public boolean knows(String name) {
        return schema.getTable(name, true) != null;
    }

    /** The type of an expression over a row of these columns. */
    public RelDataType typeOf(SqlNode expression, RelDataType rowType) {
        return expression(expression, rowType).getType();
    }

    /** Stands for a row whose columns an expression is over. */
    private static final class Row extends AbstractRelNode {
        Row(RelOptCluster cluster, RelDataType rowType) {
            super(cluster, cluster.traitSetOf(Convention.NONE));
            this.rowType = rowType;
        }
    }

    /** An expression over a row. */
    public RexNode expression(SqlNode expression, RelDataType rowType) {
        String name = EXPRESSION;
        schema.add(name, new CatalogTable(rowType, context -> new Row(cluster, rowType)));
        try {
            org.apache.calcite.sql.SqlSelect select = new org.apache.calcite.sql.SqlSelect(
                    SqlParserPos.ZERO,
                    null,
                    new org.apache.calcite.sql.SqlNodeList(List.of(expression), SqlParserPos.ZERO),
                    new org.apache.calcite.sql.SqlIdentifier(name, SqlParserPos.ZERO),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            RelNode rel = convert(select);
            return ((org.apache.calcite.rel.core.Project) rel).getProjects().getFirst();
        } finally {
            schema.removeTable(name);
        }
    }

    private static final org.apache.calcite.sql.util.SqlShuttle GROUP_WINDOWS =
            new org.apache.calcite.sql.util.SqlShuttle() {
                @Override
                public SqlNode visit(org.apache.calcite.sql.SqlCall call) {
                    SqlNode visited = super.visit(call);
                    return visited instanceof org.apache.calcite.sql.SqlCall window
                            ? FunctionRegistry.groupWindow(window.getOperator())
                                    .<SqlNode>map(
                                            f -> f.createCall(window.getParserPosition(), window.getOperandList()))
                                    .orElseGet(() -> WindowFunctions.positional(window))
                            : visited;
                }
            };

    private CalciteCatalogReader catalog() {
        Properties properties = new Properties();
        properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "true");
        return new CalciteCatalogReader(schema, List.of(), types, new CalciteConnectionConfigImpl(properties));
    }

    private SqlValidator validator(CalciteCatalogReader catalog) {
        return SqlValidatorUtil.newValidator(
                SqlOperatorTables.chain(SqlOperatorTables.of(userFunctions), FunctionRegistry.operators()),
                catalog,
                types,
                SqlValidator.Config.DEFAULT
                        .withConformance(SqlConformanceEnum.LENIENT)
                        .withDefaultNullCollation(NullCollation.LOW)
                        .withIdentifierExpansion(true)
                        .withCallRewrite(true));
    }

    /** The type that a column's declaration names. */
    public RelDataType typeOf(SqlDataTypeSpec spec) {
        return spec.deriveType(validator(catalog()), true);
    }

    /** A validated query as algebra. */
    public RelNode convert(SqlNode query) {
        CalciteCatalogReader catalog = catalog();
        SqlValidator validator = validator(catalog);
        SqlToRelConverter converter = new SqlToRelConverter(
                (rowType, text, path, view) -> {
                    throw new IllegalStateException("views are algebra already");
                },
                validator,
                catalog,
                cluster,
                StandardConvertletTable.INSTANCE,
                SqlToRelConverter.config()
                        .withExpand(false)
                        .withTrimUnusedFields(false)
                        .withInSubQueryThreshold(Integer.MAX_VALUE)
                        .withRelBuilderConfigTransform(
                                c -> c.withSimplify(false).withSimplifyLimit(false)));
        try {
            SqlNode validated = validator.validate(query.accept(GROUP_WINDOWS));
            RelNode rel = converter.convertQuery(validated, false, true).project();
            return rel.accept(new Searches(cluster.getRexBuilder()).relShuttle());
        } catch (CalciteContextException e) {
            throw messages().explained(e);
        }
    }

    private Messages messages() {
        Set<String> tables = new TreeSet<>();
        Set<String> columns = new TreeSet<>();
        schema.getTableNames().forEach(name -> {
            if (!name.equals(EXPRESSION)) {
                tables.add(name);
            }
            columns.addAll(
                    schema.getTable(name, true).getTable().getRowType(types).getFieldNames());
        });
        Set<String> functions = new TreeSet<>();
        userFunctions.forEach(f -> functions.add(f.getName()));
        FunctionRegistry.operators().getOperatorList().forEach(f -> functions.add(f.getName()));
        return new Messages(tables, columns, functions);
    }

    /** Ranges and lists that were gathered into SEARCH, as comparisons again. */
    private static final class Searches extends RexShuttle {
        private final RexBuilder builder;

        Searches(RexBuilder builder) {
            this.builder = builder;
        }

        org.apache.calcite.rel.RelShuttle relShuttle() {
            return new org.apache.calcite.rel.RelHomogeneousShuttle() {
                @Override
                public RelNode visit(RelNode other) {
                    if (other instanceof SourceScan) {
                        return other;
                    }
                    return super.visit(other).accept(Searches.this);
                }
            };
        }

        @Override
        public RexNode visitSubQuery(org.apache.calcite.rex.RexSubQuery subquery) {
            RexNode visited = super.visitSubQuery(subquery);
            return ((org.apache.calcite.rex.RexSubQuery) visited).clone(subquery.rel.accept(relShuttle()));
        }

        @Override
        public RexNode visitCall(org.apache.calcite.rex.RexCall call) {
            if (call.isA(org.apache.calcite.sql.SqlKind.SEARCH)) {
                return RexUtil.expandSearch(builder, null, call).accept(this);
            }
            return super.visitCall(call);
        }
    }

    /** The error with a place, unless it has one. */
    public static UserError located(UserError error, SqlParserPos position) {
        return error.getMessage().matches("(?s)\\d+:\\d+: .*") ? error : SqlError.at(position, error.getMessage());
    }
}
