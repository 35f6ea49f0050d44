package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.JoinKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Equalities between the sides as key columns, appended to a side where they are computed; the rest as a condition. The query
 * knows {@code leftColumns} and {@code rightColumns} columns; the sides here have those of the keys behind them.
 */
final class JoinKeys {
    final Relation left;
    final Relation right;
    final int leftColumns;
    final int rightColumns;
    final List<Integer> leftKeys = new ArrayList<>();
    final List<Integer> rightKeys = new ArrayList<>();
    final List<Expression> rest = new ArrayList<>();

    JoinKeys(Relation left, Relation right, List<Expression> conditions) {
        leftColumns = left.plan().schema().size();
        rightColumns = right.plan().schema().size();
        List<Expression[]> pairs = new ArrayList<>();
        for (Expression condition : conditions) {
            Optional<Expression[]> pair = equality(condition);
            if (pair.isPresent()) {
                pairs.add(pair.get());
            } else {
                rest.add(condition);
            }
        }
        this.left = withColumns(left, pairs.stream().map(p -> p[0]).toList(), leftKeys);
        this.right = withColumns(right, pairs.stream().map(p -> p[1]).toList(), rightKeys);
    }

    private Optional<Expression[]> equality(Expression condition) {
        if (!(condition instanceof Expression.Call(String function, List<Expression> operands, DataType _))
                || !function.equals("=")) {
            return Optional.empty();
        }
        Expression a = operands.get(0);
        Expression b = operands.get(1);
        if (isOf(b, true) && isOf(a, false)) {
            Expression swap = a;
            a = b;
            b = swap;
        }
        if (!isOf(a, true) || !isOf(b, false) || !sameLayout(a.type(), b.type())) {
            return Optional.empty();
        }
        return Optional.of(new Expression[] {a, Expressions.shift(b, -leftColumns)});
    }

    private static boolean sameLayout(DataType a, DataType b) {
        if (a.layout() != b.layout()) {
            return false;
        }
        // Decimals are equal as longs only at the same scale, and bytes only within one kind.
        boolean decimals = a.kind() == Kind.DECIMAL || b.kind() == Kind.DECIMAL;
        if (decimals) {
            return a.kind() == b.kind() && a.scale() == b.scale();
        }
        return a.layout() != Layout.BYTES || a.isText() == b.isText();
    }

    private boolean isOf(Expression expression, boolean leftSide) {
        Set<Integer> inputs = Expressions.inputs(expression);
        return !inputs.isEmpty() && inputs.stream().allMatch(i -> i < leftColumns == leftSide);
    }

    private static Relation withColumns(Relation side, List<Expression> wanted, List<Integer> places) {
        Columns columns = new Columns(side);
        wanted.forEach(expression -> places.add(columns.place(expression)));
        return columns.relation();
    }

    /** Whether keys were appended, so that the join's output has columns that the query does not know. */
    boolean appended() {
        return left.plan().schema().size() > leftColumns
                || right.plan().schema().size() > rightColumns;
    }

    /** The conditions, which are over the query's columns, over those that the join has. */
    Optional<Expression> condition(List<Expression> conditions) {
        return conditions.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Expressions.and(conditions.stream().map(this::moved).toList()));
    }

    private Expression moved(Expression expression) {
        int shift = left.plan().schema().size() - leftColumns;
        return Expressions.replace(
                expression,
                i -> new Expression.Input(i.index() < leftColumns ? i.index() : i.index() + shift, i.type()));
    }

    /** The columns of the join: those of the left side and, of most kinds, of the right side, null where it has no row. */
    Schema schema(JoinKind kind) {
        boolean leftNulls = kind == JoinKind.RIGHT || kind == JoinKind.FULL;
        boolean rightNulls = kind == JoinKind.LEFT || kind == JoinKind.FULL;
        List<Field> fields = new ArrayList<>();
        left.plan().schema().fields().forEach(f -> fields.add(leftNulls ? nullable(f) : f));
        if (kind != JoinKind.SEMI && kind != JoinKind.ANTI) {
            right.plan().schema().fields().forEach(f -> fields.add(rightNulls ? nullable(f) : f));
        }
        return new Schema(fields);
    }

    private static Field nullable(Field field) {
        return new Field(field.name(), field.type().withNullable(true));
    }

    /** The join with just the query's columns, under the query's names for them. */
    Relation projected(Relation joined, List<String> names) {
        List<Expression> projections = new ArrayList<>();
        int shift = left.plan().schema().size() - leftColumns;
        for (int i = 0; i < names.size(); i++) {
            int from = i < leftColumns ? i : i + shift;
            projections.add(new Expression.Input(from, joined.plan().schema().type(from)));
        }
        return RelTranslator.projected(joined, projections, names);
    }
}
