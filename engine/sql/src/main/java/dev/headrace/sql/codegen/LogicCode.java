package dev.headrace.sql.codegen;

import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.List;

/** Truth: AND, OR, NOT, and the tests that are never null. An operand that no longer matters is not evaluated. */
final class LogicCode {
    private final ExpressionCode parent;
    private final CodeBuilder code;

    LogicCode(ExpressionCode parent) {
        this.parent = parent;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        List<Expression> operands = call.operands();
        return switch (call.function()) {
            case "AND" -> and(operands, false);
            case "OR" -> and(operands, true);
            case "NOT" -> not(parent.emit(operands.getFirst()));
            case "IS NULL" -> isNull(parent.emit(operands.getFirst()), true);
            case "IS NOT NULL" -> isNull(parent.emit(operands.getFirst()), false);
            case "IS TRUE" -> is(parent.emit(operands.getFirst()), true, true);
            case "IS NOT TRUE" -> is(parent.emit(operands.getFirst()), true, false);
            case "IS FALSE" -> is(parent.emit(operands.getFirst()), false, true);
            case "IS NOT FALSE" -> is(parent.emit(operands.getFirst()), false, false);
            default -> throw new IllegalArgumentException("not logic: " + call.function());
        };
    }

    /** AND, or with {@code or} OR: the first operand that decides ends it; else null if one was null. */
    private Value and(List<Expression> operands, boolean or) {
        Value result = parent.fresh(Representation.LONG, true);
        Label decided = code.newLabel();
        Label end = code.newLabel();
        for (Expression operand : operands) {
            Value value = parent.emit(operand);
            Label next = code.newLabel();
            if (value.canBeNull()) {
                Label known = code.newLabel();
                code.iload(value.nullFlag()).ifeq(known);
                parent.setNull(result);
                code.goto_(next).labelBinding(known);
            }
            code.lload(value.a()).lconst_0().lcmp();
            if (or) {
                code.ifne(decided);
            } else {
                code.ifeq(decided);
            }
            code.labelBinding(next);
        }
        code.loadConstant(or ? 0L : 1L).lstore(result.a()).goto_(end);
        code.labelBinding(decided);
        code.loadConstant(or ? 1L : 0L).lstore(result.a());
        code.iconst_0().istore(result.nullFlag());
        code.labelBinding(end);
        return result;
    }

    private Value not(Value value) {
        Value result = parent.fresh(Representation.LONG, value.canBeNull());
        parent.move(value, result);
        code.lconst_1().lload(value.a()).lsub().lstore(result.a());
        return result;
    }

    private Value isNull(Value value, boolean wanted) {
        Value result = parent.fresh(Representation.LONG, false);
        if (!value.canBeNull()) {
            code.loadConstant(wanted ? 0L : 1L).lstore(result.a());
            return result;
        }
        code.iload(value.nullFlag()).i2l();
        if (!wanted) {
            code.loadConstant(1L).lxor();
        }
        code.lstore(result.a());
        return result;
    }

    /** IS [NOT] TRUE, IS [NOT] FALSE: never null. */
    private Value is(Value value, boolean truth, boolean wanted) {
        Value result = parent.fresh(Representation.LONG, false);
        Label no = code.newLabel();
        Label end = code.newLabel();
        if (value.canBeNull()) {
            code.iload(value.nullFlag()).ifne(no);
        }
        code.lload(value.a()).lconst_0().lcmp();
        if (truth) {
            code.ifeq(no);
        } else {
            code.ifne(no);
        }
        code.loadConstant(wanted ? 1L : 0L).lstore(result.a()).goto_(end);
        code.labelBinding(no);
        code.loadConstant(wanted ? 0L : 1L).lstore(result.a());
        code.labelBinding(end);
        return result;
    }
}
