package dev.headrace.sql.validate;

import dev.headrace.api.type.DataType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;

/** Flink's rules for types: decimals of up to 38 digits, sums of decimals with all of them, averages of the argument's type. */
final class HeadraceTypeSystem extends RelDataTypeSystemImpl {
    private static final int MAX_DECIMAL = 38;

    @Override
    public int getMaxPrecision(SqlTypeName name) {
        return switch (name) {
            case DECIMAL -> MAX_DECIMAL;
            case VARCHAR, CHAR, VARBINARY, BINARY -> DataType.MAX_LENGTH;
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIME -> 9;
            default -> super.getMaxPrecision(name);
        };
    }

    @Override
    public int getMaxScale(SqlTypeName name) {
        return name == SqlTypeName.DECIMAL ? MAX_DECIMAL : super.getMaxScale(name);
    }

    @Override
    public int getDefaultPrecision(SqlTypeName name) {
        return switch (name) {
            case VARCHAR, VARBINARY -> DataType.MAX_LENGTH;
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> 6;
            case DECIMAL -> 10;
            default -> super.getDefaultPrecision(name);
        };
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory factory, RelDataType argument) {
        return argument.getSqlTypeName() == SqlTypeName.DECIMAL
                ? factory.createTypeWithNullability(
                        factory.createSqlType(SqlTypeName.DECIMAL, MAX_DECIMAL, argument.getScale()),
                        argument.isNullable())
                : argument;
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory factory, RelDataType argument) {
        return argument.getSqlTypeName() == SqlTypeName.DECIMAL
                ? factory.createTypeWithNullability(
                        factory.createSqlType(SqlTypeName.DECIMAL, MAX_DECIMAL, Math.max(6, argument.getScale())),
                        argument.isNullable())
                : argument;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true;
    }
}
