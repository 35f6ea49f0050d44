package dev.headrace.sql.parser;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

/** A statement that is not a query or an INSERT. Names and expressions keep their place in the script. */
public sealed interface Statement {

    /**
     * CREATE TABLE.
     *
     * @param primaryKey columns of PRIMARY KEY .. NOT ENFORCED, of the constraint or the column
     * @param like a table whose columns (and, if {@code likeOptions}, options) are taken over
     * @param query of CREATE TABLE .. AS
     */
    record CreateTable(
            SqlIdentifier name,
            boolean temporary,
            boolean ifNotExists,
            List<Column> columns,
            List<SqlIdentifier> primaryKey,
            List<Watermark> watermarks,
            List<SqlIdentifier> partitionedBy,
            Map<String, String> options,
            Optional<SqlIdentifier> like,
            boolean likeOptions,
            Optional<SqlNode> query)
            implements Statement {}

    /** A column of CREATE TABLE. */
    sealed interface Column {
        SqlIdentifier name();
    }

    record PhysicalColumn(SqlIdentifier name, SqlDataTypeSpec type) implements Column {}

    record ComputedColumn(SqlIdentifier name, SqlNode expression) implements Column {}

    /** @param key the connector's name of the value */
    record MetadataColumn(SqlIdentifier name, SqlDataTypeSpec type, String key, boolean virtual) implements Column {}

    record Watermark(SqlIdentifier column, SqlNode expression) {}

    record CreateView(
            SqlIdentifier name, boolean temporary, boolean ifNotExists, List<SqlIdentifier> columns, SqlNode query)
            implements Statement {}

    record CreateFunction(
            SqlIdentifier name, boolean temporary, boolean ifNotExists, String className, List<String> jars)
            implements Statement {}

    enum ObjectKind {
        TABLE,
        VIEW,
        FUNCTION
    }

    record Drop(ObjectKind kind, SqlIdentifier name, boolean ifExists) implements Statement {}

    /** @param key empty for a bare SET, which lists what is set */
    record SetOption(Optional<String> key, String value) implements Statement {}

    record ResetOption(Optional<String> key) implements Statement {}

    /** @param details such as CHANGELOG_MODE */
    record Explain(List<String> details, SqlNode statement) implements Statement {}

    /** @param what TABLES, VIEWS, FUNCTIONS, or CREATE with a table */
    record Show(String what, Optional<SqlIdentifier> table) implements Statement {}

    record Describe(SqlIdentifier table) implements Statement {}

    record Use(SqlIdentifier name) implements Statement {}

    record AddJar(String path) implements Statement {}

    /** Several INSERTs that are one job. */
    record StatementSet(List<SqlNode> inserts) implements Statement {
        public StatementSet {
            inserts = List.copyOf(inserts);
        }
    }
}
