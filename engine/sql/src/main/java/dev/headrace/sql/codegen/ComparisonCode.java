package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Comparisons: as SQL has them, null where an operand is, or with null as a value like any other (DISTINCT). */
final class ComparisonCode {
    private final ExpressionCode parent;
    private final CodeBuilder code;

    ComparisonCode(ExpressionCode parent) {
        this.parent = parent;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        List<Expression> operands = call.operands();
        return switch (call.function()) {
            case "IS DISTINCT FROM" -> distinct(operands, true);
            case "IS NOT DISTINCT FROM" -> distinct(operands, false);
            default -> compare(call.function(), operands.get(0), operands.get(1));
        };
    }

    private Value compare(String operator, Expression left, Expression right) {
        List<Value> values = new ArithmeticCode(parent).aligned(left, right);
        return parent.strict(values, Representation.LONG, false, result -> {
            push(operator, values.get(0), values.get(1));
            code.i2l().lstore(result.a());
        });
    }

    /** Pushes 1 if the comparison of two values that are not null holds, else 0. */
    void push(String operator, Value a, Value b) {
        if (a.representation() == Representation.BYTES && (operator.equals("=") || operator.equals("<>"))) {
            parent.load(a);
            parent.load(b);
            code.invokestatic(
                    ExpressionCode.desc(TextFunctions.class),
                    "equal",
                    MethodTypeDesc.of(
                            CD_boolean, ExpressionCode.BYTE_ARRAY, CD_long, ExpressionCode.BYTE_ARRAY, CD_long));
            if (operator.equals("<>")) {
                code.iconst_1().ixor();
            }
            return;
        }
        parent.load(a);
        parent.load(b);
        switch (a.representation()) {
            case LONG -> code.lcmp();
            case DOUBLE -> code.dcmpl();
            case BYTES ->
                code.invokestatic(
                        ExpressionCode.desc(TextFunctions.class),
                        "compare",
                        MethodTypeDesc.of(
                                CD_int, ExpressionCode.BYTE_ARRAY, CD_long, ExpressionCode.BYTE_ARRAY, CD_long));
            case WIDE ->
                code.invokestatic(
                        ExpressionCode.desc(Decimals.class),
                        "compare",
                        MethodTypeDesc.of(CD_int, CD_long, CD_long, CD_long, CD_long));
        }
        Opcode jump = switch (operator) {
            case "=" -> Opcode.IFEQ;
            case "<>" -> Opcode.IFNE;
            case "<" -> Opcode.IFLT;
            case "<=" -> Opcode.IFLE;
            case ">" -> Opcode.IFGT;
            default -> Opcode.IFGE;
        };
        code.ifThenElse(jump, CodeBuilder::iconst_1, CodeBuilder::iconst_0);
    }

    private Value distinct(List<Expression> operands, boolean wanted) {
        List<Value> values = new ArithmeticCode(parent).aligned(operands.get(0), operands.get(1));
        Value result = parent.fresh(Representation.LONG, false);
        Label someNull = code.newLabel();
        Label end = code.newLabel();
        parent.ifAnyNull(values, someNull);
        push(wanted ? "<>" : "=", values.get(0), values.get(1));
        code.i2l().lstore(result.a()).goto_(end);
        code.labelBinding(someNull);
        pushFlag(values.get(0));
        pushFlag(values.get(1));
        code.ixor();
        if (!wanted) {
            code.iconst_1().ixor();
        }
        code.i2l().lstore(result.a());
        code.labelBinding(end);
        return result;
    }

    private void pushFlag(Value value) {
        if (value.canBeNull()) {
            code.iload(value.nullFlag());
        } else {
            code.iconst_0();
        }
    }
}
