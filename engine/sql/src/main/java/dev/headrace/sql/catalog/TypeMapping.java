package dev.headrace.sql.catalog;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rel.type.StructKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** Calcite's types and ours. */
public final class TypeMapping {
    private TypeMapping() {}

    public static DataType fromCalcite(RelDataType type) {
        return withoutNull(type).withNullable(type.isNullable());
    }

    private static DataType withoutNull(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> DataType.BOOLEAN;
            case TINYINT -> DataType.TINYINT;
            case SMALLINT -> DataType.SMALLINT;
            case INTEGER -> DataType.INT;
            case BIGINT -> DataType.BIGINT;
            case REAL, FLOAT -> DataType.FLOAT;
            case DOUBLE -> DataType.DOUBLE;
            case DECIMAL -> DataType.decimal(type.getPrecision(), type.getScale());
            case CHAR -> new DataType(Kind.CHAR, true, type.getPrecision(), 0, List.of());
            case VARCHAR -> DataType.varchar(length(type));
            case BINARY -> new DataType(Kind.BINARY, true, type.getPrecision(), 0, List.of());
            case VARBINARY -> new DataType(Kind.VARBINARY, true, length(type), 0, List.of());
            case DATE -> DataType.DATE;
            case TIME -> DataType.time(Math.max(0, type.getPrecision()));
            case TIMESTAMP -> DataType.timestamp(Math.max(0, type.getPrecision()));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> DataType.timestampLtz(Math.max(0, type.getPrecision()));
            case ARRAY -> DataType.array(fromCalcite(type.getComponentType()));
            case MULTISET ->
                new DataType(
                        Kind.MULTISET, true, 0, 0, List.of(new Field("element", fromCalcite(type.getComponentType()))));
            case MAP -> DataType.map(fromCalcite(type.getKeyType()), fromCalcite(type.getValueType()));
            case ROW -> DataType.row(fields(type));
            case NULL, ANY -> DataType.of(Kind.NULL);
            default -> {
                if (SqlTypeName.DAY_INTERVAL_TYPES.contains(type.getSqlTypeName())) {
                    yield DataType.of(Kind.INTERVAL_DAY_TIME);
                }
                if (SqlTypeName.YEAR_INTERVAL_TYPES.contains(type.getSqlTypeName())) {
                    yield DataType.of(Kind.INTERVAL_YEAR_MONTH);
                }
                throw new IllegalArgumentException("the type " + type + " is not supported");
            }
        };
    }

    private static int length(RelDataType type) {
        return type.getPrecision() < 0 ? DataType.MAX_LENGTH : type.getPrecision();
    }

    public static List<Field> fields(RelDataType row) {
        List<Field> fields = new ArrayList<>();
        for (RelDataTypeField field : row.getFieldList()) {
            fields.add(new Field(field.getName(), fromCalcite(field.getType())));
        }
        return fields;
    }

    public static RelDataType toCalcite(DataType type, RelDataTypeFactory factory) {
        return factory.createTypeWithNullability(notNull(type, factory), type.nullable());
    }

    private static RelDataType notNull(DataType type, RelDataTypeFactory factory) {
        return switch (type.kind()) {
            case BOOLEAN -> factory.createSqlType(SqlTypeName.BOOLEAN);
            case TINYINT -> factory.createSqlType(SqlTypeName.TINYINT);
            case SMALLINT -> factory.createSqlType(SqlTypeName.SMALLINT);
            case INT -> factory.createSqlType(SqlTypeName.INTEGER);
            case BIGINT -> factory.createSqlType(SqlTypeName.BIGINT);
            case FLOAT -> factory.createSqlType(SqlTypeName.FLOAT);
            case DOUBLE -> factory.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL -> factory.createSqlType(SqlTypeName.DECIMAL, type.precision(), type.scale());
            case CHAR -> text(factory, SqlTypeName.CHAR, type.precision());
            case VARCHAR -> text(factory, SqlTypeName.VARCHAR, type.precision());
            case BINARY -> factory.createSqlType(SqlTypeName.BINARY, type.precision());
            case VARBINARY -> factory.createSqlType(SqlTypeName.VARBINARY, type.precision());
            case DATE -> factory.createSqlType(SqlTypeName.DATE);
            case TIME -> factory.createSqlType(SqlTypeName.TIME, type.precision());
            case TIMESTAMP -> factory.createSqlType(SqlTypeName.TIMESTAMP, type.precision());
            case TIMESTAMP_LTZ -> factory.createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, type.precision());
            case ARRAY ->
                factory.createArrayType(toCalcite(type.fields().getFirst().type(), factory), -1);
            case MULTISET ->
                factory.createMultisetType(toCalcite(type.fields().getFirst().type(), factory), -1);
            case MAP ->
                factory.createMapType(
                        toCalcite(type.fields().get(0).type(), factory),
                        toCalcite(type.fields().get(1).type(), factory));
            case ROW -> {
                // The kind under which column.field resolves without a table in front, and * does not expand the row.
                RelDataTypeFactory.Builder row = factory.builder().kind(StructKind.PEEK_FIELDS_NO_EXPAND);
                type.fields().forEach(f -> row.add(f.name(), toCalcite(f.type(), factory)));
                yield row.build();
            }
            case NULL -> factory.createSqlType(SqlTypeName.NULL);
            case INTERVAL_DAY_TIME, INTERVAL_YEAR_MONTH ->
                throw new IllegalArgumentException("an interval is not a column's type");
        };
    }

    private static RelDataType text(RelDataTypeFactory factory, SqlTypeName name, int length) {
        return factory.createTypeWithCharsetAndCollation(
                factory.createSqlType(name, length),
                java.nio.charset.StandardCharsets.UTF_8,
                org.apache.calcite.sql.SqlCollation.IMPLICIT);
    }

    /** Whether values of the two types can be compared and copied as they are. */
    public static boolean sameValues(RelDataType a, RelDataType b) {
        return SqlTypeUtil.equalSansNullability(a, b);
    }
}
