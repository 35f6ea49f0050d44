package dev.headrace.sql.function;

import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.sql.catalog.TypeMapping;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeName;

/** A user's scalar function as the validator sees it: any arguments, the result type of its {@code eval}. */
public final class UserFunction extends SqlFunction {
    private final String className;
    private final boolean deterministic;

    private UserFunction(String name, String className, Overloads overloads, boolean deterministic) {
        super(
                name,
                SqlKind.OTHER_FUNCTION,
                binding -> resultType(name, overloads, binding),
                null,
                OperandTypes.VARIADIC,
                SqlFunctionCategory.USER_DEFINED_FUNCTION);
        this.className = className;
        this.deterministic = deterministic;
    }

    /** The function of a class, which must extend {@link ScalarFunction} and have an {@code eval}. */
    public static UserFunction of(String name, String className) {
        Class<?> type;
        try {
            type = Class.forName(className, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw UserError.request("function '" + name + "': there is no class " + className
                    + " on the class path; put its jar there");
        }
        if (!ScalarFunction.class.isAssignableFrom(type)) {
            throw UserError.request("function '" + name + "': the class " + className + " does not extend "
                    + ScalarFunction.class.getName());
        }
        Overloads overloads = new Overloads(type);
        if (overloads.isEmpty()) {
            throw UserError.request("function '" + name + "': the class " + className + " has no public method eval");
        }
        return new UserFunction(name, className, overloads, isDeterministic(name, type));
    }

    private static boolean isDeterministic(String name, Class<?> type) {
        try {
            return ((ScalarFunction) type.getConstructor().newInstance()).isDeterministic();
        } catch (ReflectiveOperationException e) {
            throw UserError.request("function '" + name + "': the class " + type.getName()
                    + " needs a public constructor without arguments");
        }
    }

    @Override
    public boolean isDeterministic() {
        return deterministic;
    }

    public String className() {
        return className;
    }

    private static RelDataType resultType(String name, Overloads overloads, SqlOperatorBinding call) {
        List<DataType> types = call.collectOperandTypes().stream()
                .map(TypeMapping::fromCalcite)
                .toList();
        Optional<Method> method = overloads.find(types);
        if (method.isPresent()) {
            return call.getTypeFactory()
                    .createTypeWithNullability(type(name, method.get().getReturnType(), call.getTypeFactory()), true);
        }
        throw UserError.request("function '" + name + "' does not take ("
                + types.stream().map(t -> t.withNullable(true).toString()).collect(Collectors.joining(", "))
                + "); there is " + overloads.signatures());
    }

    private static RelDataType type(String name, Class<?> type, RelDataTypeFactory types) {
        if (type == BigDecimal.class) {
            return types.createSqlType(SqlTypeName.DECIMAL, 38, 18);
        }
        if (type == LocalDateTime.class) {
            return types.createSqlType(SqlTypeName.TIMESTAMP, 6);
        }
        if (type == Instant.class) {
            return types.createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, 6);
        }
        return types.createSqlType(
                switch (type.getName()) {
                    case "boolean", "java.lang.Boolean" -> SqlTypeName.BOOLEAN;
                    case "byte", "java.lang.Byte" -> SqlTypeName.TINYINT;
                    case "short", "java.lang.Short" -> SqlTypeName.SMALLINT;
                    case "int", "java.lang.Integer" -> SqlTypeName.INTEGER;
                    case "long", "java.lang.Long" -> SqlTypeName.BIGINT;
                    case "float", "java.lang.Float" -> SqlTypeName.FLOAT;
                    case "double", "java.lang.Double" -> SqlTypeName.DOUBLE;
                    case "java.lang.String" -> SqlTypeName.VARCHAR;
                    case "[B" -> SqlTypeName.VARBINARY;
                    default -> {
                        if (type == LocalDate.class) {
                            yield SqlTypeName.DATE;
                        }
                        if (type == LocalTime.class) {
                            yield SqlTypeName.TIME;
                        }
                        throw UserError.request("function '" + name + "': eval returns " + type.getName()
                                + ", which is none of the types that a function may return");
                    }
                });
    }
}
