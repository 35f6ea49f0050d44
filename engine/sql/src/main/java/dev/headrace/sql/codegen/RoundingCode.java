package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import java.math.RoundingMode;
import java.util.List;

/**
 * ROUND, TRUNCATE, FLOOR and CEIL of numbers to a count of digits behind the point; a negative count is of digits before
 * it. A decimal that has no room for what it is rounded to becomes null.
 */
final class RoundingCode {
    private final ExpressionCode parent;
    private final CodeBuilder code;

    RoundingCode(ExpressionCode parent) {
        this.parent = parent;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        Expression operand = call.operands().getFirst();
        RoundingMode mode = switch (call.function()) {
            case "ROUND" -> RoundingMode.HALF_UP;
            case "TRUNCATE" -> RoundingMode.DOWN;
            case "FLOOR" -> RoundingMode.FLOOR;
            default -> RoundingMode.CEILING;
        };
        Value value = parent.emit(operand);
        Value digits = parent.emit(
                call.operands().size() > 1
                        ? call.operands().get(1)
                        : new Expression.Literal(0L, DataType.BIGINT.notNull()));
        if (operand.type().kind() == Kind.DECIMAL) {
            return decimal(value, operand.type(), digits, mode, call.type());
        }
        return value.representation() == Representation.DOUBLE
                ? fractional(value, digits, mode, call.type())
                : whole(value, digits, mode, call.type());
    }

    private Value fractional(Value value, Value digits, RoundingMode mode, DataType type) {
        return parent.strict(List.of(value, digits), Representation.DOUBLE, false, result -> {
            parent.load(value);
            if (mode == RoundingMode.FLOOR || mode == RoundingMode.CEILING) {
                code.invokestatic(
                        ExpressionCode.desc(Math.class),
                        mode == RoundingMode.FLOOR ? "floor" : "ceil",
                        MethodTypeDesc.of(CD_double, CD_double));
            } else {
                parent.load(digits);
                code.invokestatic(
                        ExpressionCode.desc(NumberFunctions.class),
                        mode == RoundingMode.DOWN ? "truncate" : "round",
                        MethodTypeDesc.of(CD_double, CD_double, CD_long));
            }
            if (type.kind() == Kind.FLOAT) {
                code.d2f().f2d();
            }
            code.dstore(result.a());
        });
    }

    private Value whole(Value value, Value digits, RoundingMode mode, DataType type) {
        return parent.strict(List.of(value, digits), Representation.LONG, false, result -> {
            parent.load(value);
            parent.load(digits);
            code.loadConstant(mode.ordinal());
            code.invokestatic(
                    ExpressionCode.desc(NumberFunctions.class),
                    "round",
                    MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_int));
            ArithmeticCode.wrap(code, type.kind());
            code.lstore(result.a());
        });
    }

    private Value decimal(Value value, DataType from, Value digits, RoundingMode mode, DataType to) {
        if (value.representation() == Representation.LONG && !to.isWideDecimal()) {
            return parent.strict(List.of(value, digits), Representation.LONG, true, result -> {
                parent.load(value);
                parent.load(digits);
                code.loadConstant(from.scale()).loadConstant(to.scale()).loadConstant(to.precision());
                code.loadConstant(mode.ordinal());
                code.invokestatic(
                                ExpressionCode.desc(Decimals.class),
                                "round",
                                MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_int, CD_int, CD_int, CD_int))
                        .lstore(result.a());
                parent.nullIfMarked(result);
            });
        }
        ArithmeticCode arithmetic = new ArithmeticCode(parent);
        Value wide = arithmetic.toWide(value);
        Value rounded = parent.strict(List.of(wide, digits), Representation.WIDE, true, result -> {
            int pair = parent.newPair();
            parent.load(wide);
            parent.load(digits);
            code.loadConstant(from.scale()).loadConstant(to.scale()).loadConstant(to.precision());
            code.loadConstant(mode.ordinal()).aload(pair);
            code.invokestatic(
                    ExpressionCode.desc(Decimals.class),
                    "round",
                    MethodTypeDesc.of(
                            CD_boolean,
                            CD_long,
                            CD_long,
                            CD_long,
                            CD_int,
                            CD_int,
                            CD_int,
                            CD_int,
                            ExpressionCode.LONG_ARRAY));
            parent.takePair(pair, result);
        });
        return arithmetic.narrowed(rounded, to);
    }
}
