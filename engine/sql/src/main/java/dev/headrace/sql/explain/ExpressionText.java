package dev.headrace.sql.explain;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Expressions as SQL over the names of their input's columns. */
final class ExpressionText {
    private static final Map<String, Integer> PRECEDENCE = Map.ofEntries(
            Map.entry("OR", 1),
            Map.entry("AND", 2),
            Map.entry("=", 4),
            Map.entry("<>", 4),
            Map.entry("<", 4),
            Map.entry("<=", 4),
            Map.entry(">", 4),
            Map.entry(">=", 4),
            Map.entry("LIKE", 4),
            Map.entry("+", 5),
            Map.entry("-", 5),
            Map.entry("||", 5),
            Map.entry("*", 6),
            Map.entry("/", 6));
    private static final int TIGHTEST = 9;

    private final Schema schema;

    ExpressionText(Schema schema) {
        this.schema = schema;
    }

    /** The column's name; with its place where another column has the same. */
    String column(int index) {
        String name = schema.name(index);
        boolean alone =
                schema.fields().stream().filter(f -> f.name().equals(name)).count() == 1;
        return alone ? name : name + "$" + index;
    }

    String columns(List<Integer> columns) {
        return columns.stream().map(this::column).collect(Collectors.joining(", "));
    }

    String of(Expression expression) {
        return of(expression, 0);
    }

    private String of(Expression expression, int around) {
        return switch (expression) {
            case Expression.Input(int index, DataType _) -> column(index);
            case Expression.Literal(Object value, DataType type) -> literal(value, type);
            case Expression.Null _ -> "NULL";
            case Expression.UserCall call -> call.name() + list(call.operands());
            case Expression.Call call -> call(call, around);
        };
    }

    private String call(Expression.Call call, int around) {
        List<Expression> operands = call.operands();
        String function = call.function().equals("DATETIME_PLUS") ? "+" : call.function();
        Integer precedence = PRECEDENCE.get(function);
        if (precedence != null && operands.size() >= 2) {
            String text = of(operands.getFirst(), precedence)
                    + operands.stream()
                            .skip(1)
                            .map(o -> " " + function + " " + of(o, precedence + 1))
                            .collect(Collectors.joining());
            return around > precedence ? "(" + text + ")" : text;
        }
        return switch (function) {
            case "CASE" -> choice(operands);
            case "CAST", "TRY_CAST" ->
                function + "(" + of(operands.getFirst()) + " AS " + call.type().withNullable(true) + ")";
            case "IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE" ->
                of(operands.getFirst(), TIGHTEST) + " " + function;
            case "NOT" -> "NOT " + of(operands.getFirst(), TIGHTEST);
            case "FIELD" -> field(operands);
            default -> function + list(operands);
        };
    }

    private String list(List<Expression> operands) {
        return operands.stream().map(this::of).collect(Collectors.joining(", ", "(", ")"));
    }

    private String choice(List<Expression> operands) {
        StringBuilder text = new StringBuilder("CASE");
        for (int i = 0; i + 1 < operands.size(); i += 2) {
            text.append(" WHEN ").append(of(operands.get(i))).append(" THEN ").append(of(operands.get(i + 1)));
        }
        return text.append(" ELSE ")
                .append(of(operands.getLast()))
                .append(" END")
                .toString();
    }

    private String field(List<Expression> operands) {
        Expression row = operands.get(0);
        int place = ((Long) ((Expression.Literal) operands.get(1)).value()).intValue();
        return of(row, TIGHTEST) + "." + row.type().fields().get(place).name();
    }

    private static String literal(Object value, DataType type) {
        if (value instanceof String text) {
            return "'" + text.replace("'", "''") + "'";
        }
        if (!(value instanceof Long number)) {
            return value.toString();
        }
        return switch (type.kind()) {
            case BOOLEAN -> number == 0 ? "FALSE" : "TRUE";
            case DECIMAL -> BigDecimal.valueOf(number, type.scale()).toPlainString();
            case DATE -> "DATE '" + LocalDate.ofEpochDay(number) + "'";
            case TIME -> "TIME '" + LocalTime.ofNanoOfDay(number * 1000) + "'";
            case TIMESTAMP, TIMESTAMP_LTZ ->
                type.kind() + " '"
                        + instant(number).atOffset(ZoneOffset.UTC).toLocalDateTime()
                        + (type.kind() == Kind.TIMESTAMP_LTZ ? "Z'" : "'");
            case INTERVAL_DAY_TIME -> duration(number);
            case INTERVAL_YEAR_MONTH -> number + " months";
            default -> number.toString();
        };
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
    }

    /** Microseconds in the largest unit of which they are a whole number. */
    static String duration(long micros) {
        long[] units = {86_400_000_000L, 3_600_000_000L, 60_000_000L, 1_000_000L, 1000L};
        String[] names = {"d", "h", "min", "s", "ms"};
        for (int i = 0; i < units.length; i++) {
            if (micros % units[i] == 0 && micros != 0) {
                return micros / units[i] + " " + names[i];
            }
        }
        return micros + (micros == 0 ? " s" : " us");
    }

    static String duration(Duration duration) {
        return duration(duration.toNanos() / 1000);
    }
}
