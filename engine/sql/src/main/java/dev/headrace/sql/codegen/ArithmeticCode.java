package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Arithmetic of numbers, decimals, times and intervals. */
final class ArithmeticCode {
    private static final int MAX_SCALE_UP = 18;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final ExpressionCode parent;
    private final CodeBuilder code;

    ArithmeticCode(ExpressionCode parent) {
        this.parent = parent;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        List<Expression> operands = call.operands();
        String operator = call.function();
        if (operands.size() == 1) {
            return operator.equals("-") ? negate(operands.getFirst()) : parent.emit(operands.getFirst());
        }
        Expression a = operands.get(0);
        Expression b = operands.get(1);
        Kind kind = call.type().kind();
        if (isTime(a.type()) || isTime(b.type()) || operator.equals("MINUS_DATE")) {
            return time(operator, a, b, call.type());
        }
        return switch (kind) {
            case FLOAT, DOUBLE -> doubles(operator, a, b);
            case DECIMAL -> decimals(operator, a, b, call.type());
            default -> longs(operator, parent.emit(a), parent.emit(b), kind);
        };
    }

    private static boolean isTime(DataType type) {
        return switch (type.kind()) {
            case TIMESTAMP, TIMESTAMP_LTZ, DATE, TIME -> true;
            default -> false;
        };
    }

    private Value negate(Expression operand) {
        Value value = parent.emit(operand);
        return parent.strict(List.of(value), value.representation(), false, result -> {
            switch (value.representation()) {
                case LONG -> code.lload(value.a()).lneg().lstore(result.a());
                case DOUBLE -> code.dload(value.a()).dneg().dstore(result.a());
                case WIDE -> {
                    // Two's complement: ~high + (low == 0 ? 1 : 0), -low.
                    code.lload(value.b()).lneg().lstore(result.b());
                    code.lload(value.a()).loadConstant(-1L).lxor().lstore(result.a());
                    Label end = code.newLabel();
                    code.lload(result.b()).lconst_0().lcmp().ifne(end);
                    code.lload(result.a()).lconst_1().ladd().lstore(result.a());
                    code.labelBinding(end);
                }
                case BYTES -> throw UserError.request("text has no sign");
            }
        });
    }

    /** ABS, or SIGN, of a decimal; a sign has the type of its number. */
    Value ofDecimal(Expression.Call call) {
        DataType type = call.operands().getFirst().type();
        Value value = toWide(parent.emit(call.operands().getFirst()));
        Value result = parent.strict(List.of(value), Representation.WIDE, true, out -> {
            int pair = parent.newPair();
            parent.load(value);
            code.loadConstant(type.scale())
                    .loadConstant(call.type().precision())
                    .aload(pair);
            code.invokestatic(
                    ExpressionCode.desc(Decimals.class),
                    call.function().equals("ABS") ? "abs" : "sign",
                    MethodTypeDesc.of(CD_boolean, CD_long, CD_long, CD_int, CD_int, ExpressionCode.LONG_ARRAY));
            parent.takePair(pair, out);
        });
        return narrowed(result, call.type());
    }

    private Value longs(String operator, Value a, Value b, Kind kind) {
        return parent.strict(List.of(a, b), Representation.LONG, false, result -> {
            code.lload(a.a()).lload(b.a());
            switch (operator) {
                case "+" -> code.ladd();
                case "-" -> code.lsub();
                case "*" -> code.lmul();
                case "/" -> code.ldiv();
                default -> code.lrem();
            }
            wrap(code, kind);
            code.lstore(result.a());
        });
    }

    /** Whole numbers of fewer bits go round, as in Java. */
    static void wrap(CodeBuilder code, Kind kind) {
        switch (kind) {
            case INT -> code.l2i().i2l();
            case SMALLINT -> code.l2i().i2s().i2l();
            case TINYINT -> code.l2i().i2b().i2l();
            default -> {}
        }
    }

    private Value doubles(String operator, Expression left, Expression right) {
        Value a = toDouble(left);
        Value b = toDouble(right);
        return parent.strict(List.of(a, b), Representation.DOUBLE, false, result -> {
            code.dload(a.a()).dload(b.a());
            switch (operator) {
                case "+" -> code.dadd();
                case "-" -> code.dsub();
                case "*" -> code.dmul();
                case "/" -> code.ddiv();
                default -> code.drem();
            }
            code.dstore(result.a());
        });
    }

    /** A number as a double. */
    Value toDouble(Expression operand) {
        Value value = parent.emit(operand);
        int scale = operand.type().kind() == Kind.DECIMAL ? operand.type().scale() : 0;
        return switch (value.representation()) {
            case DOUBLE -> value;
            case LONG ->
                parent.strict(List.of(value), Representation.DOUBLE, false, result -> {
                    code.lload(value.a()).l2d();
                    if (scale > 0) {
                        code.loadConstant(Math.pow(10, scale)).ddiv();
                    }
                    code.dstore(result.a());
                });
            case WIDE ->
                parent.strict(List.of(value), Representation.DOUBLE, false, result -> {
                    code.lload(value.a()).lload(value.b()).loadConstant((long) scale);
                    code.invokestatic(
                                    ExpressionCode.desc(Decimals.class),
                                    "toDouble",
                                    MethodTypeDesc.of(CD_double, CD_long, CD_long, CD_long))
                            .dstore(result.a());
                });
            case BYTES -> throw UserError.request("text is no number; write CAST(.. AS DOUBLE)");
        };
    }

    // --- decimals ----------------------------------------------------------------------------------------------------

    private static int scale(DataType type) {
        return type.kind() == Kind.DECIMAL ? type.scale() : 0;
    }

    /** A number in 128 bits, at its own scale. */
    Value toWide(Value value) {
        return value.representation() == Representation.WIDE
                ? value
                : parent.strict(List.of(value), Representation.WIDE, false, result -> {
                    code.lload(value.a()).loadConstant(63).lshr().lstore(result.a());
                    code.lload(value.a()).lstore(result.b());
                });
    }

    private Value decimals(String operator, Expression left, Expression right, DataType type) {
        Value a = parent.emit(left);
        Value b = parent.emit(right);
        boolean narrow = !type.isWideDecimal()
                && a.representation() == Representation.LONG
                && b.representation() == Representation.LONG;
        if (narrow && operator.equals("*") && type.scale() == scale(left.type()) + scale(right.type())) {
            return longs("*", a, b, Kind.BIGINT);
        }
        boolean sameScale = scale(left.type()) == scale(right.type()) && type.scale() == scale(left.type());
        if (narrow && sameScale && (operator.equals("+") || operator.equals("-"))) {
            return longs(operator, a, b, Kind.BIGINT);
        }
        if (operator.equals("*")
                && a.representation() == Representation.LONG
                && b.representation() == Representation.LONG
                && type.precision() >= 37
                && type.scale() == scale(left.type()) + scale(right.type())) {
            return product(a, b);
        }
        Value wideA = toWide(a);
        Value wideB = toWide(b);
        return wide(operator, wideA, scale(left.type()), wideB, scale(right.type()), type);
    }

    /** Two longs to 128 bits. */
    private Value product(Value a, Value b) {
        return parent.strict(List.of(a, b), Representation.WIDE, false, result -> {
            code.lload(a.a()).lload(b.a());
            code.invokestatic(
                            ExpressionCode.desc(Math.class),
                            "multiplyHigh",
                            MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(result.a());
            code.lload(a.a()).lload(b.a()).lmul().lstore(result.b());
        });
    }

    private Value wide(String operator, Value a, int aScale, Value b, int bScale, DataType type) {
        Value result = parent.strict(List.of(a, b), Representation.WIDE, true, value -> {
            int pair = parent.newPair();
            parent.load(a);
            MethodTypeDesc descriptor;
            String method;
            if (operator.equals("*")) {
                parent.load(b);
                code.loadConstant((long) (aScale + bScale));
                method = "multiply";
                descriptor = MethodTypeDesc.of(
                        CD_boolean,
                        CD_long,
                        CD_long,
                        CD_long,
                        CD_long,
                        CD_long,
                        CD_long,
                        CD_long,
                        ExpressionCode.LONG_ARRAY);
            } else {
                code.loadConstant((long) aScale);
                parent.load(b);
                code.loadConstant((long) bScale);
                boolean sum = operator.equals("+") || operator.equals("-");
                method = sum ? "add" : operator.equals("/") ? "divide" : "remainder";
                if (sum) {
                    code.loadConstant(operator.equals("-") ? 1 : 0);
                    descriptor = MethodTypeDesc.of(
                            CD_boolean,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_boolean,
                            CD_long,
                            CD_long,
                            ExpressionCode.LONG_ARRAY);
                } else {
                    descriptor = MethodTypeDesc.of(
                            CD_boolean,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_long,
                            ExpressionCode.LONG_ARRAY);
                }
            }
            code.loadConstant((long) type.scale())
                    .loadConstant((long) type.precision())
                    .aload(pair);
            code.invokestatic(ExpressionCode.desc(Decimals.class), method, descriptor);
            parent.takePair(pair, value);
        });
        return narrowed(result, type);
    }

    /** A 128-bit value as its type keeps it. */
    Value narrowed(Value value, DataType type) {
        return type.isWideDecimal()
                ? value
                : parent.strict(
                        List.of(value),
                        Representation.LONG,
                        false,
                        result -> code.lload(value.b()).lstore(result.a()));
    }

    /** Two operands to be compared: in one representation, decimals at one scale. */
    List<Value> aligned(Expression left, Expression right) {
        boolean floating = Representation.of(left.type()) == Representation.DOUBLE
                || Representation.of(right.type()) == Representation.DOUBLE;
        if (floating && left.type().layout() != dev.headrace.api.type.Layout.BYTES
                || floating && left.type().kind() == Kind.DECIMAL
                || floating && right.type().kind() == Kind.DECIMAL) {
            return List.of(toDouble(left), toDouble(right));
        }
        Value a = parent.emit(left);
        Value b = parent.emit(right);
        boolean decimal = left.type().kind() == Kind.DECIMAL || right.type().kind() == Kind.DECIMAL;
        int aScale = scale(left.type());
        int bScale = scale(right.type());
        if (!decimal || a.representation() == b.representation() && aScale == bScale) {
            return dates(left, a, right, b);
        }
        int scale = Math.max(aScale, bScale);
        return List.of(scaledUp(toWide(a), scale - aScale), scaledUp(toWide(b), scale - bScale));
    }

    /** A date against a timestamp: its midnight. */
    private List<Value> dates(Expression left, Value a, Expression right, Value b) {
        boolean mixed = left.type().kind() == Kind.DATE != (right.type().kind() == Kind.DATE)
                && isTime(left.type())
                && isTime(right.type());
        if (!mixed) {
            return List.of(a, b);
        }
        return List.of(
                left.type().kind() == Kind.DATE ? parent.times(a, MICROS_PER_DAY) : a,
                right.type().kind() == Kind.DATE ? parent.times(b, MICROS_PER_DAY) : b);
    }

    private Value scaledUp(Value value, int digits) {
        if (digits == 0) {
            return value;
        }
        if (digits > MAX_SCALE_UP) {
            throw UserError.request("decimals of such different scales cannot be compared");
        }
        long factor = 1;
        for (int i = 0; i < digits; i++) {
            factor *= 10;
        }
        long power = factor;
        return parent.strict(List.of(value), Representation.WIDE, false, result -> {
            // (high, low) * power: the low product's upper half is unsigned.
            code.lload(value.b()).loadConstant(power);
            code.invokestatic(
                    ExpressionCode.desc(Math.class),
                    "unsignedMultiplyHigh",
                    MethodTypeDesc.of(CD_long, CD_long, CD_long));
            code.lload(value.a()).loadConstant(power).lmul().ladd().lstore(result.a());
            code.lload(value.b()).loadConstant(power).lmul().lstore(result.b());
        });
    }

    // --- times -------------------------------------------------------------------------------------------------------

    private Value time(String operator, Expression left, Expression right, DataType type) {
        boolean swapped = !isTime(left.type());
        Expression timed = swapped ? right : left;
        Expression other = swapped ? left : right;
        if (isTime(other.type())) {
            return difference(timed, other, type);
        }
        Value a = parent.emit(timed);
        Value b = parent.emit(other);
        boolean minus = operator.equals("-");
        boolean months = other.type().kind() == Kind.INTERVAL_YEAR_MONTH;
        boolean date = timed.type().kind() == Kind.DATE;
        return parent.strict(List.of(a, b), Representation.LONG, false, result -> {
            code.lload(a.a()).lload(b.a());
            if (minus) {
                code.lneg();
            }
            if (months) {
                code.invokestatic(
                        ExpressionCode.desc(TimeFunctions.class),
                        date ? "addMonthsToDate" : "addMonths",
                        MethodTypeDesc.of(CD_long, CD_long, CD_long));
            } else {
                if (date) {
                    code.loadConstant(MICROS_PER_DAY).ldiv();
                }
                code.ladd();
            }
            code.lstore(result.a());
        });
    }

    private Value difference(Expression left, Expression right, DataType type) {
        List<Value> values = dates(left, parent.emit(left), right, parent.emit(right));
        long factor = left.type().kind() == Kind.DATE && right.type().kind() == Kind.DATE ? MICROS_PER_DAY : 1;
        return parent.strict(values, Representation.LONG, false, result -> {
            code.lload(values.get(0).a()).lload(values.get(1).a()).lsub();
            code.loadConstant(factor).lmul().lstore(result.a());
        });
    }

    /** FLOOR and CEIL of a time to a unit. */
    Value toUnit(Expression.Call call) {
        return toUnit(
                call.operands().getFirst(),
                Builtins.text(call.operands().get(1), call.function()),
                call.function().equals("CEIL"));
    }

    private Value toUnit(Expression operand, String unit, boolean up) {
        boolean date = operand.type().kind() == Kind.DATE;
        Value emitted = parent.emit(operand);
        Value value = date ? parent.times(emitted, MICROS_PER_DAY) : emitted;
        long months = switch (unit) {
            case "MONTH" -> 1;
            case "QUARTER" -> 3;
            case "YEAR" -> 12;
            default -> 0;
        };
        long micros = switch (unit) {
            case "MILLISECOND" -> 1000L;
            case "SECOND" -> 1_000_000L;
            case "MINUTE" -> 60_000_000L;
            case "HOUR" -> 3_600_000_000L;
            case "DAY" -> MICROS_PER_DAY;
            case "WEEK" -> 7 * MICROS_PER_DAY;
            default -> 0;
        };
        if (months == 0 && micros == 0) {
            throw UserError.request(
                    (up ? "CEIL" : "FLOOR") + " of " + operand.type() + " TO " + unit + " is not there yet");
        }
        return parent.strict(List.of(value), Representation.LONG, false, result -> {
            code.lload(value.a()).loadConstant(months > 0 ? months : micros);
            String method =
                    (up ? "ceiling" : "floor") + (months > 0 ? "ToMonths" : unit.equals("WEEK") ? "ToWeeks" : "");
            code.invokestatic(
                    ExpressionCode.desc(TimeFunctions.class), method, MethodTypeDesc.of(CD_long, CD_long, CD_long));
            if (date) {
                code.loadConstant(MICROS_PER_DAY).ldiv();
            }
            code.lstore(result.a());
        });
    }
}
