package dev.headrace.core.expression;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Layout;
import java.util.List;
import java.util.Optional;

/** Walks expressions row by row: comparisons, AND, OR, NOT, +, -, IS NULL over numbers and text. For tests. */
public final class InterpretingCompiler implements ExpressionCompiler {
    @Override
    public Program compile(List<DataType> inputs, Optional<Expression> condition, List<Expression> projections) {
        return (in, out) -> run(in, out, condition, projections);
    }

    private static void run(Batch in, Batch out, Optional<Expression> condition, List<Expression> projections) {
        out.clear();
        out.ensureCapacity(in.rows());
        int[] passing = new int[in.selected()];
        int count = 0;
        for (int i = 0; i < in.selected(); i++) {
            int row = in.row(i);
            if (condition.isEmpty() || Boolean.TRUE.equals(evaluate(condition.get(), in, row))) {
                passing[count++] = row;
            }
        }
        out.shareFrame(in);
        out.select(passing, count);
        for (int c = 0; c < projections.size(); c++) {
            if (projections.get(c) instanceof Expression.Input input) {
                out.column(c).share(in.column(input.index()));
                continue;
            }
            for (int i = 0; i < count; i++) {
                write(out.column(c), passing[i], evaluate(projections.get(c), in, passing[i]));
            }
        }
    }

    private static void write(Column column, int row, Object value) {
        switch (value) {
            case null -> column.setNull(row);
            case Boolean truth -> column.setLong(row, truth ? 1 : 0);
            case Long number -> column.setLong(row, number);
            case Double number -> column.setDouble(row, number);
            case String text -> column.setText(row, text);
            default -> throw new IllegalArgumentException("value " + value);
        }
    }

    private static Object evaluate(Expression expression, Batch in, int row) {
        return switch (expression) {
            case Expression.Input(int index, DataType type) -> {
                Column column = in.column(index);
                if (column.isNull(row)) {
                    yield null;
                }
                yield type.layout() == Layout.DOUBLE
                        ? (Object) column.doubleAt(row)
                        : type.layout() == Layout.BYTES ? column.textAt(row) : (Object) column.values()[row];
            }
            case Expression.Literal literal -> literal.value();
            case Expression.Null none -> null;
            case Expression.Call call ->
                call(
                        call.function(),
                        call.operands().stream().map(o -> evaluate(o, in, row)).toList());
            case Expression.UserCall call -> throw new IllegalArgumentException("no call of " + call);
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object call(String function, List<Object> values) {
        Object a = values.getFirst();
        Object b = values.getLast();
        switch (function) {
            case "IS NULL":
                return a == null;
            case "AND":
                return Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b) ? (Object) false : a == null ? null : b;
            case "OR":
                return Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b) ? (Object) true : a == null ? null : b;
            default:
                if (a == null || b == null) {
                    return null;
                }
        }
        return switch (function) {
            case "NOT" -> !(Boolean) a;
            case "+" -> (Long) a + (Long) b;
            case "-" -> (Long) a - (Long) b;
            case "=" -> a.equals(b);
            case "<>" -> !a.equals(b);
            case "<" -> ((Comparable) a).compareTo(b) < 0;
            case "<=" -> ((Comparable) a).compareTo(b) <= 0;
            case ">" -> ((Comparable) a).compareTo(b) > 0;
            case ">=" -> ((Comparable) a).compareTo(b) >= 0;
            default -> throw new IllegalArgumentException("function " + function);
        };
    }
}
