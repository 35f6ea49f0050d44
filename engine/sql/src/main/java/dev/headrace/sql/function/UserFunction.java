package dev.headrace.sql.function;

import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.SqlTypeName;

/** A user's scalar function as the validator sees it: any arguments, the result type of its {@code eval}. */
public final class UserFunction extends SqlFunction {
    private final String className;

    private UserFunction(String name, String className, List<Method> overloads) {
        super(
                name,
                SqlKind.OTHER_FUNCTION,
                binding -> resultType(name, overloads, binding.getOperandCount(), binding.getTypeFactory()),
                null,
                OperandTypes.VARIADIC,
                SqlFunctionCategory.USER_DEFINED_FUNCTION);
        this.className = className;
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
        List<Method> overloads = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getName().equals("eval") && !Modifier.isStatic(method.getModifiers())) {
                overloads.add(method);
            }
        }
        if (overloads.isEmpty()) {
            throw UserError.request("function '" + name + "': the class " + className + " has no public method eval");
        }
        return new UserFunction(name, className, overloads);
    }

    public String className() {
        return className;
    }

    private static RelDataType resultType(
            String name, List<Method> overloads, int arguments, RelDataTypeFactory types) {
        for (Method method : overloads) {
            if (method.getParameterCount() == arguments) {
                return types.createTypeWithNullability(type(name, method.getReturnType(), types), true);
            }
        }
        throw UserError.request("function '" + name + "' has no eval with " + arguments + " arguments");
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
