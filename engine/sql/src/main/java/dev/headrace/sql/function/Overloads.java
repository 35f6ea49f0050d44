package dev.headrace.sql.function;

import dev.headrace.api.type.DataType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The methods {@code eval} of a user's class. A call takes the one whose parameters are nearest to its arguments: no
 * number is narrowed, a fixed count of parameters goes before {@code T...}, and of a primitive and its box the box goes
 * first where the argument may be null. What is left equal is decided by the signature's text.
 */
public final class Overloads {
    private static final int VARIABLE = 1000;
    /** Numbers' classes from narrow to wide, each with its box. */
    private static final List<List<Class<?>>> NUMBERS = List.of(
            List.of(byte.class, Byte.class),
            List.of(short.class, Short.class),
            List.of(int.class, Integer.class),
            List.of(long.class, Long.class),
            List.of(BigDecimal.class),
            List.of(double.class, Double.class),
            List.of(float.class, Float.class));

    private final List<Method> methods;

    public Overloads(Class<?> type) {
        methods = Arrays.stream(type.getMethods())
                .filter(m -> m.getName().equals("eval") && !Modifier.isStatic(m.getModifiers()) && !m.isBridge())
                .sorted(Comparator.comparing(Method::toString))
                .toList();
    }

    public boolean isEmpty() {
        return methods.isEmpty();
    }

    public Optional<Method> find(List<DataType> arguments) {
        return methods.stream()
                .filter(m -> distance(m, arguments).isPresent())
                .min(Comparator.comparingInt(m -> distance(m, arguments).getAsInt()));
    }

    /** The class that the argument of that number is passed as. */
    public static Class<?> parameter(Method method, int argument) {
        Class<?>[] parameters = method.getParameterTypes();
        return method.isVarArgs() && argument >= parameters.length - 1
                ? parameters[parameters.length - 1].componentType()
                : parameters[argument];
    }

    /** Their parameters, for a message. */
    public String signatures() {
        return methods.stream()
                .map(m -> Arrays.stream(m.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "eval(", ")")))
                .collect(Collectors.joining(", "));
    }

    private static OptionalInt distance(Method method, List<DataType> arguments) {
        int fixed = method.getParameterCount() - (method.isVarArgs() ? 1 : 0);
        if (method.isVarArgs() ? arguments.size() < fixed : arguments.size() != fixed) {
            return OptionalInt.empty();
        }
        int sum = method.isVarArgs() ? VARIABLE : 0;
        for (int i = 0; i < arguments.size(); i++) {
            Class<?> parameter = parameter(method, i);
            OptionalInt one = distance(arguments.get(i), parameter);
            if (one.isEmpty()) {
                return OptionalInt.empty();
            }
            sum += 2 * one.getAsInt()
                    + (parameter.isPrimitive() == arguments.get(i).nullable() ? 1 : 0);
        }
        return OptionalInt.of(sum);
    }

    private static OptionalInt distance(DataType argument, Class<?> parameter) {
        return switch (argument.kind()) {
            case NULL -> OptionalInt.of(0);
            case BOOLEAN -> only(parameter == boolean.class || parameter == Boolean.class);
            case TINYINT -> number(0, parameter);
            case SMALLINT -> number(1, parameter);
            case INT -> number(2, parameter);
            case BIGINT -> number(3, parameter);
            case DECIMAL -> number(4, parameter);
            case DOUBLE -> number(5, parameter);
            case FLOAT -> {
                int place = place(parameter);
                yield place >= 5 ? OptionalInt.of(6 - place) : OptionalInt.empty();
            }
            case CHAR, VARCHAR -> only(parameter == String.class);
            case BINARY, VARBINARY -> only(parameter == byte[].class);
            case DATE -> only(parameter == LocalDate.class);
            case TIME -> only(parameter == LocalTime.class);
            case TIMESTAMP -> only(parameter == LocalDateTime.class);
            case TIMESTAMP_LTZ -> only(parameter == Instant.class);
            default -> OptionalInt.empty();
        };
    }

    private static OptionalInt only(boolean fits) {
        return fits ? OptionalInt.of(0) : OptionalInt.empty();
    }

    private static OptionalInt number(int own, Class<?> parameter) {
        int place = place(parameter);
        return place < own ? OptionalInt.empty() : OptionalInt.of(place - own);
    }

    private static int place(Class<?> parameter) {
        for (int i = 0; i < NUMBERS.size(); i++) {
            if (NUMBERS.get(i).contains(parameter)) {
                return i;
            }
        }
        return -1;
    }
}
