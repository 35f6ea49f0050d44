package dev.headrace.sql.codegen;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.List;
import java.util.Optional;

/** One of several values: CASE and what comes down to it, the first that is not null, the greatest. */
final class ChoiceCode {
    /** The null flag of branches none of whose conditions is true. */
    static final int NO_MATCH = 2;

    private final ExpressionCode parent;
    private final CodeBuilder code;

    ChoiceCode(ExpressionCode parent) {
        this.parent = parent;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        List<Expression> operands = call.operands();
        return switch (call.function()) {
            case "CASE", "IF" -> choose(operands, call.type(), 1);
            case Parts.BRANCHES -> choose(operands, call.type(), NO_MATCH);
            case Parts.FIRST_MATCH -> firstMatch(operands, Optional.empty(), call.type());
            case Parts.CASE_OF_PARTS ->
                firstMatch(operands.subList(0, operands.size() - 1), Optional.of(operands.getLast()), call.type());
            case "COALESCE", "IFNULL" -> coalesce(operands, call.type());
            case "NULLIF" ->
                choose(
                        List.of(
                                new Expression.Call("=", operands, DataType.BOOLEAN),
                                new Expression.Null(call.type()),
                                operands.getFirst()),
                        call.type(),
                        1);
            case "GREATEST" -> extreme(operands, call.type(), ">");
            case "LEAST" -> extreme(operands, call.type(), "<");
            default -> throw new IllegalArgumentException("no choice: " + call.function());
        };
    }

    /** @param otherwise the null flag where no condition is true and nothing else is to be taken then */
    private Value choose(List<Expression> operands, DataType type, int otherwise) {
        Value result = parent.fresh(Representation.of(type), true);
        Label end = code.newLabel();
        int i = 0;
        for (; i + 1 < operands.size(); i += 2) {
            Value condition = parent.emit(operands.get(i));
            Label next = code.newLabel();
            parent.ifAnyNull(List.of(condition), next);
            code.lload(condition.a()).lconst_0().lcmp().ifeq(next);
            parent.move(as(operands.get(i + 1), type), result);
            code.goto_(end).labelBinding(next);
        }
        if (i < operands.size()) {
            parent.move(as(operands.get(i), type), result);
        } else {
            code.loadConstant(otherwise).istore(result.nullFlag());
        }
        code.labelBinding(end);
        return result;
    }

    private Value firstMatch(List<Expression> branches, Optional<Expression> otherwise, DataType type) {
        Value result = parent.fresh(Representation.of(type), true);
        Label end = code.newLabel();
        for (Expression some : branches) {
            Value value = parent.emit(some);
            Label next = code.newLabel();
            code.iload(value.nullFlag()).loadConstant(NO_MATCH).if_icmpeq(next);
            parent.move(value, result);
            code.goto_(end).labelBinding(next);
        }
        if (otherwise.isPresent()) {
            parent.move(as(otherwise.get(), type), result);
        } else {
            code.loadConstant(NO_MATCH).istore(result.nullFlag());
        }
        code.labelBinding(end);
        return result;
    }

    private Value coalesce(List<Expression> operands, DataType type) {
        Value result = parent.fresh(Representation.of(type), true);
        Label end = code.newLabel();
        for (Expression operand : operands) {
            Value value = as(operand, type);
            Label next = code.newLabel();
            parent.ifAnyNull(List.of(value), next);
            parent.move(value, result);
            code.goto_(end).labelBinding(next);
        }
        parent.setNull(result);
        code.labelBinding(end);
        return result;
    }

    private Value extreme(List<Expression> operands, DataType type, String operator) {
        List<Value> values = operands.stream().map(o -> as(o, type)).toList();
        return parent.strict(values, Representation.of(type), false, result -> {
            parent.move(values.getFirst(), result);
            for (Value value : values.subList(1, values.size())) {
                Label keep = code.newLabel();
                new ComparisonCode(parent).push(operator, value, result);
                code.ifeq(keep);
                parent.move(value, result);
                code.labelBinding(keep);
            }
        });
    }

    /** An operand's value as the type of the result. */
    private Value as(Expression operand, DataType type) {
        if (operand instanceof Expression.Null) {
            return parent.nothing(Representation.of(type));
        }
        boolean same = Representation.of(operand.type()) == Representation.of(type)
                && (type.kind() != Kind.DECIMAL
                        || operand.type().scale() == type.scale()
                                && operand.type().kind() == Kind.DECIMAL);
        return parent.emit(same ? operand : new Expression.Call("CAST", List.of(operand), type));
    }
}
