package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Builtin.Result.APPENDED;
import static dev.headrace.sql.codegen.Builtin.Result.APPENDED_NULLABLE;
import static dev.headrace.sql.codegen.Builtin.Result.NULLABLE;
import static dev.headrace.sql.codegen.Builtin.Result.PLAIN;
import static dev.headrace.sql.codegen.Builtin.Result.SLICE;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The functions that are method calls, a line each. Operators and control flow are in {@link ExpressionCode}. */
final class Builtins {
    /** Stands for null in a method's result. */
    static final long NULL = Long.MIN_VALUE;

    private static final Map<String, Builtin> FUNCTIONS = new HashMap<>();

    static {
        add("UPPER", TextFunctions.class, "upper", APPENDED);
        add("LOWER", TextFunctions.class, "lower", APPENDED);
        add("CHAR_LENGTH", TextFunctions.class, "length", PLAIN);
        add("CHARACTER_LENGTH", TextFunctions.class, "length", PLAIN);
        add("OCTET_LENGTH", TextFunctions.class, "octets", PLAIN);
        add("SUBSTRING", TextFunctions.class, "substring", SLICE);
        add("SUBSTR", TextFunctions.class, "substring", SLICE);
        add("LEFT", TextFunctions.class, "left", SLICE);
        add("RIGHT", TextFunctions.class, "right", SLICE);
        add("REVERSE", TextFunctions.class, "reverse", APPENDED);
        add("REPLACE", TextFunctions.class, "replace", APPENDED);
        add("LPAD", TextFunctions.class, "leftPad", APPENDED_NULLABLE);
        add("RPAD", TextFunctions.class, "rightPad", APPENDED_NULLABLE);
        add("REPEAT", TextFunctions.class, "repeat", APPENDED);
        add("INITCAP", TextFunctions.class, "initialCapitals", APPENDED);
        add("POSITION", TextFunctions.class, "position", PLAIN);
        add("ASCII", TextFunctions.class, "ascii", PLAIN);
        add("STARTSWITH", TextFunctions.class, "startsWith", PLAIN);
        add("ENDSWITH", TextFunctions.class, "endsWith", PLAIN);
        add("SPLIT_INDEX", TextFunctions.class, "splitIndex", SLICE);
        add("TRIM", Trimmer.class, "trim", List.of(0, 1), Trimmer::of, SLICE);
        add("LIKE", LikeMatcher.class, "matches", List.of(1, 2), LikeMatcher::of, PLAIN);
        add("REGEXP_EXTRACT", RegexFunctions.class, "extract", List.of(1, 2), RegexFunctions::of, SLICE);
        add("REGEXP_REPLACE", RegexFunctions.class, "replace", List.of(1, 2), RegexFunctions::of, APPENDED);
        add("REGEXP", RegexFunctions.class, "matches", List.of(1), RegexFunctions::of, PLAIN);
        add("SIMILAR TO", RegexFunctions.class, "matches", List.of(1), RegexFunctions::of, PLAIN);

        add("ABS", NumberFunctions.class, "abs", PLAIN);
        add("SIGN", NumberFunctions.class, "sign", PLAIN);
        add("POWER", NumberFunctions.class, "power", PLAIN);
        add("SQRT", NumberFunctions.class, "sqrt", PLAIN);
        add("EXP", NumberFunctions.class, "exp", PLAIN);
        add("LN", NumberFunctions.class, "ln", PLAIN);
        add("LOG10", NumberFunctions.class, "log10", PLAIN);

        add("DATE_FORMAT", DateFormatter.class, "format", List.of(1), DateFormatter::of, APPENDED);
        add("EXTRACT", TimeUnitFunctions.class, "extract", List.of(0), TimeUnitFunctions::ofFirst, PLAIN);
        add("TO_LOCAL", ZoneShift.class, "toLocal", List.of(1), ZoneShift::of, PLAIN);
        add("FROM_LOCAL", ZoneShift.class, "fromLocal", List.of(1), ZoneShift::of, PLAIN);
        add("PARSE_TIMESTAMP", DateParser.class, "parse", List.of(1), DateParser::of, NULLABLE);
        add("TO_TIMESTAMP", TimeFunctions.class, "parseTimestamp", NULLABLE);
    }

    private Builtins() {}

    private static void add(String name, Class<?> owner, String method, Builtin.Result result) {
        FUNCTIONS.put(name, new Builtin(owner, method, List.of(), null, result));
    }

    private static void add(
            String name,
            Class<?> owner,
            String method,
            List<Integer> literals,
            Function<List<Expression>, Object> prepare,
            Builtin.Result result) {
        FUNCTIONS.put(name, new Builtin(owner, method, literals, prepare, result));
    }

    static Optional<Builtin> find(String name) {
        return Optional.ofNullable(FUNCTIONS.get(name));
    }

    /** The text of a constant operand. */
    static String text(Expression operand, String function) {
        if (operand instanceof Expression.Literal(String text, DataType _)) {
            return text;
        }
        throw UserError.request(function + " takes a constant text here, not " + operand);
    }

    /** The number of a constant operand. */
    static long number(Expression operand, String function) {
        if (operand instanceof Expression.Literal(Long number, DataType _)) {
            return number;
        }
        throw UserError.request(function + " takes a constant number here, not " + operand);
    }
}
