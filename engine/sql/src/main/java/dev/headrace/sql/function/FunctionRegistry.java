package dev.headrace.sql.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;
import org.apache.calcite.sql.validate.SqlNameMatcher;
import org.apache.calcite.util.Optionality;

/** The functions that queries may call: the standard's, and Flink's beyond them, one line each. */
public final class FunctionRegistry {
    private static final SqlReturnTypeInference STRING =
            ReturnTypes.explicit(SqlTypeName.VARCHAR).andThen(SqlTypeTransforms.FORCE_NULLABLE);
    private static final SqlReturnTypeInference STRICT_STRING =
            ReturnTypes.explicit(SqlTypeName.VARCHAR).andThen(SqlTypeTransforms.TO_NULLABLE);
    private static final SqlReturnTypeInference TIMESTAMP =
            ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3).andThen(SqlTypeTransforms.FORCE_NULLABLE);

    public static final SqlFunction PROCTIME =
            function("PROCTIME", ReturnTypes.explicit(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, 3));

    /**
     * TUMBLE_START and its like, as aggregates of the group: the planner reads the window's bound from them. Calcite's own
     * auxiliary functions do not tell the start of a session from its end.
     */
    private static final List<SqlOperator> GROUP_WINDOW_PROPERTIES = List.of(
            property("TUMBLE_START"),
            property("TUMBLE_END"),
            property("TUMBLE_ROWTIME"),
            property("TUMBLE_PROCTIME"),
            property("HOP_START"),
            property("HOP_END"),
            property("HOP_ROWTIME"),
            property("HOP_PROCTIME"),
            property("SESSION_START"),
            property("SESSION_END"),
            property("SESSION_ROWTIME"),
            property("SESSION_PROCTIME"));

    /** The older group windows, GROUP BY TUMBLE(time, INTERVAL ..); the parser calls them $TUMBLE. */
    private static final List<SqlFunction> GROUP_WINDOWS = List.of(
            function("GROUP_TUMBLE", TIMESTAMP),
            function("GROUP_HOP", TIMESTAMP),
            function("GROUP_SESSION", TIMESTAMP));

    private static final List<SqlOperator> OWN = own();

    private FunctionRegistry() {}

    private static List<SqlOperator> own() {
        List<SqlOperator> functions = new ArrayList<>(GROUP_WINDOW_PROPERTIES);
        functions.add(PROCTIME);
        // It is no function of the standard's; CAST is in its table.
        functions.add(SqlLibraryOperators.TRY_CAST);
        functions.add(function("DATE_FORMAT", STRICT_STRING));
        functions.add(function("SPLIT_INDEX", STRING));
        functions.add(function("REGEXP_EXTRACT", STRING));
        functions.add(function("REGEXP_REPLACE", STRICT_STRING));
        functions.add(function("CONCAT", STRICT_STRING));
        functions.add(function("CONCAT_WS", STRING));
        functions.add(function("REVERSE", STRICT_STRING));
        functions.add(function("LPAD", STRING));
        functions.add(function("RPAD", STRING));
        functions.add(function("LEFT", STRICT_STRING));
        functions.add(function("RIGHT", STRICT_STRING));
        functions.add(function("TO_TIMESTAMP", TIMESTAMP));
        functions.add(function("STARTSWITH", ReturnTypes.BOOLEAN_NULLABLE));
        functions.add(function("ENDSWITH", ReturnTypes.BOOLEAN_NULLABLE));
        functions.add(function("IF", ReturnTypes.ARG1.andThen(SqlTypeTransforms.FORCE_NULLABLE)));
        functions.add(function("GREATEST", ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.TO_NULLABLE)));
        functions.add(function("LEAST", ReturnTypes.LEAST_RESTRICTIVE.andThen(SqlTypeTransforms.TO_NULLABLE)));
        functions.add(rounding("ROUND"));
        functions.add(rounding("TRUNCATE"));
        SqlReturnTypeInference instant = ReturnTypes.explicit(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, 3);
        functions.add(niladic("CURRENT_TIMESTAMP", instant));
        functions.add(niladic("LOCALTIMESTAMP", ReturnTypes.explicit(SqlTypeName.TIMESTAMP, 3)));
        functions.add(function("CURRENT_ROW_TIMESTAMP", instant));
        functions.add(function("TO_TIMESTAMP_LTZ", instant.andThen(SqlTypeTransforms.FORCE_NULLABLE)));
        functions.add(function("FROM_UNIXTIME", STRICT_STRING));
        functions.add(function(
                "UNIX_TIMESTAMP", ReturnTypes.explicit(SqlTypeName.BIGINT).andThen(SqlTypeTransforms.TO_NULLABLE)));
        functions.add(function("NOW", ReturnTypes.explicit(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, 3)));
        return List.copyOf(functions);
    }

    private static SqlFunction function(String name, SqlReturnTypeInference type) {
        return new SqlFunction(
                name,
                SqlKind.OTHER_FUNCTION,
                type,
                null,
                OperandTypes.VARIADIC,
                SqlFunctionCategory.USER_DEFINED_FUNCTION);
    }

    /** A function that is called without parentheses. */
    private static SqlFunction niladic(String name, SqlReturnTypeInference type) {
        return new SqlFunction(
                name, SqlKind.OTHER_FUNCTION, type, null, OperandTypes.NILADIC, SqlFunctionCategory.TIMEDATE) {
            @Override
            public SqlSyntax getSyntax() {
                return SqlSyntax.FUNCTION_ID;
            }
        };
    }

    private static SqlFunction rounding(String name) {
        return new SqlFunction(
                name,
                SqlKind.OTHER_FUNCTION,
                FunctionRegistry::roundedType,
                null,
                OperandTypes.NUMERIC_OPTIONAL_INTEGER,
                SqlFunctionCategory.NUMERIC);
    }

    /**
     * A decimal rounded to a constant count of digits has that scale, and room for one digit more in front; by any other
     * count it keeps its type, and is null where the digit more has no room. Other numbers keep their type.
     */
    private static RelDataType roundedType(SqlOperatorBinding call) {
        RelDataType type = call.getOperandType(0);
        RelDataTypeFactory types = call.getTypeFactory();
        boolean nullable = call.collectOperandTypes().stream().anyMatch(RelDataType::isNullable);
        if (type.getSqlTypeName() == SqlTypeName.DECIMAL) {
            boolean fixed = call.getOperandCount() == 1 || call.isOperandLiteral(1, false);
            nullable |= !fixed;
            if (fixed) {
                int digits = call.getOperandCount() == 1 ? 0 : call.getOperandLiteralValue(1, Integer.class);
                int scale = Math.clamp(digits, 0, type.getScale());
                int precision = Math.min(38, type.getPrecision() - type.getScale() + scale + 1);
                type = digits >= type.getScale() ? type : types.createSqlType(SqlTypeName.DECIMAL, precision, scale);
            }
        }
        return types.createTypeWithNullability(type, nullable);
    }

    private static SqlAggFunction property(String name) {
        return new SqlAggFunction(
                name,
                null,
                SqlKind.OTHER_FUNCTION,
                TIMESTAMP,
                null,
                OperandTypes.VARIADIC,
                SqlFunctionCategory.USER_DEFINED_FUNCTION,
                false,
                false,
                Optionality.FORBIDDEN) {};
    }

    /** All built-in functions and operators. */
    public static SqlOperatorTable operators() {
        return new SqlOperatorTable() {
            @Override
            public void lookupOperatorOverloads(
                    SqlIdentifier name,
                    SqlFunctionCategory category,
                    SqlSyntax syntax,
                    List<SqlOperator> found,
                    SqlNameMatcher matcher) {
                if (name.isSimple()) {
                    String wanted = name.getSimple().toUpperCase(Locale.ROOT);
                    List<SqlOperator> own = new ArrayList<>(OWN);
                    own.addAll(WindowFunctions.all());
                    own.addAll(GROUP_WINDOWS);
                    own.removeIf(o -> !o.getName().equals(wanted) || o.getSyntax().family != syntax);
                    if (!own.isEmpty()) {
                        found.addAll(own);
                        return;
                    }
                }
                SqlStdOperatorTable.instance().lookupOperatorOverloads(name, category, syntax, found, matcher);
            }

            @Override
            public List<SqlOperator> getOperatorList() {
                List<SqlOperator> all = new ArrayList<>(OWN);
                all.addAll(SqlStdOperatorTable.instance().getOperatorList());
                return all;
            }
        };
    }

    /** The group window that stands for the parser's, which Calcite would take apart in its own way. */
    public static Optional<SqlFunction> groupWindow(SqlOperator operator) {
        return GROUP_WINDOWS.stream()
                .filter(f -> operator.getName().equals("$" + f.getName().substring("GROUP_".length())))
                .findFirst();
    }

    /** Whether a call is a group window, which stands for nothing outside GROUP BY. */
    public static boolean isGroupWindow(SqlOperator operator) {
        return GROUP_WINDOWS.contains(operator);
    }

    /** The name under which expressions call an operator. */
    public static String canonicalName(SqlOperator operator) {
        return operator.getName().toUpperCase(Locale.ROOT);
    }
}
