package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TypeMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * GROUPING SETS, CUBE and ROLLUP: each row once for each set, with NULL in place of the keys that are not in it and the
 * set's number, grouped by all of them at once. A set without keys has a row as soon as there is an input row.
 */
final class GroupingSets {
    private static final DataType NUMBER = DataType.BIGINT.notNull();
    private static final Set<String> GROUPING = Set.of("GROUPING", "GROUPING_ID");

    private final Aggregate aggregate;
    private final Relation input;
    /** For each key the column that it is grouped by. */
    private final List<Integer> keys = new ArrayList<>();

    private GroupingSets(Aggregate aggregate, Relation input) {
        this.aggregate = aggregate;
        this.input = input;
    }

    /** Groups by columns, then calls. */
    interface Grouping {
        Relation group(
                List<Integer> keys,
                List<AggregateCall> calls,
                List<String> names,
                List<DataType> types,
                Relation input);
    }

    static Relation translate(Aggregate aggregate, Relation input, Grouping grouping) {
        return new GroupingSets(aggregate, input).translate(grouping);
    }

    private Relation translate(Grouping grouping) {
        List<Integer> grouped = aggregate.getGroupSet().asList();
        refuseGroupWindows(grouped);
        List<AggregateCall> calls = aggregate.getAggCallList();
        Relation expanded = input.with(expanded(grouped, calls));
        // Behind the keys: the set's number, and what GROUPING(..) gives in it.
        int columns = expanded.plan().schema().size();
        List<Integer> inner = new ArrayList<>(keys);
        List<AggregateCall> others = calls.stream().filter(c -> !isGrouping(c)).toList();
        int own = 1 + calls.size() - others.size();
        for (int i = columns - own; i < columns; i++) {
            inner.add(i);
        }
        List<String> names = new ArrayList<>();
        List<DataType> types = new ArrayList<>();
        for (int column : inner) {
            names.add(expanded.plan().schema().name(column));
            types.add(expanded.plan().schema().type(column));
        }
        for (AggregateCall call : others) {
            names.add("$call" + names.size());
            types.add(TypeMapping.fromCalcite(call.getType()));
        }
        return projected(grouping.group(inner, others, names, types, expanded.withUniques(List.of())), calls);
    }

    private void refuseGroupWindows(List<Integer> grouped) {
        if (input.plan() instanceof Plan.Calc calc
                && grouped.stream()
                        .anyMatch(k -> calc.projections().get(k)
                                        instanceof Expression.Call(String function, List<Expression> _, DataType _)
                                && function.startsWith("GROUP_"))) {
            throw Unsupported.because(
                    "GROUPING SETS, CUBE and ROLLUP do not go with TUMBLE(..) in GROUP BY; write FROM TABLE(TUMBLE(TABLE"
                            + " t, DESCRIPTOR(time), ..)) and group by window_start and window_end",
                    "GROUPING_SETS",
                    "ROLLUP",
                    "CUBE");
        }
    }

    private static boolean isGrouping(AggregateCall call) {
        return GROUPING.contains(call.getAggregation().getName());
    }

    private Plan expanded(List<Integer> grouped, List<AggregateCall> calls) {
        Schema schema = input.plan().schema();
        List<ImmutableBitSet> sets = aggregate.getGroupSets();
        List<Field> fields = new ArrayList<>(schema.fields());
        for (int key : grouped) {
            boolean always = sets.stream().allMatch(s -> s.get(key));
            keys.add(always ? key : fields.size());
            if (!always) {
                fields.add(new Field("$key" + fields.size(), schema.type(key).withNullable(true)));
            }
        }
        fields.add(new Field("$set", NUMBER));
        calls.stream()
                .filter(GroupingSets::isGrouping)
                .forEach(c -> fields.add(new Field("$set" + fields.size(), NUMBER)));
        List<Plan> all = new ArrayList<>();
        for (int number = 0; number < sets.size(); number++) {
            ImmutableBitSet set = sets.get(number);
            List<Expression> projections = new ArrayList<>(Expressions.identity(schema.types()));
            for (int i = 0; i < grouped.size(); i++) {
                int key = grouped.get(i);
                if (keys.get(i) != key) {
                    DataType type = schema.type(key);
                    projections.add(
                            set.get(key)
                                    ? new Expression.Input(key, type)
                                    : new Expression.Null(type.withNullable(true)));
                }
            }
            projections.add(number(number));
            for (AggregateCall call : calls) {
                if (isGrouping(call)) {
                    projections.add(number(grouping(call, set)));
                }
            }
            all.add(Calcs.project(
                    input.plan(), projections, fields.stream().map(Field::name).toList()));
        }
        return new Plan.Union(all, new Schema(fields), input.plan().mode());
    }

    /** A bit for each argument, the first highest: 1 where it is not in the set. */
    private static long grouping(AggregateCall call, ImmutableBitSet set) {
        long bits = 0;
        for (int argument : call.getArgList()) {
            bits = bits << 1 | (set.get(argument) ? 0 : 1);
        }
        return bits;
    }

    private static Expression number(long value) {
        return new Expression.Literal(value, NUMBER);
    }

    /** The keys and the calls in their order. */
    private Relation projected(Relation grouped, List<AggregateCall> calls) {
        Schema schema = grouped.plan().schema();
        List<Expression> projections = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            projections.add(new Expression.Input(i, schema.type(i)));
        }
        int grouping = keys.size() + 1;
        int other =
                schema.size() - (int) calls.stream().filter(c -> !isGrouping(c)).count();
        for (AggregateCall call : calls) {
            int column = isGrouping(call) ? grouping++ : other++;
            projections.add(new Expression.Input(column, schema.type(column)));
        }
        return RelTranslator.projected(
                grouped, projections, aggregate.getRowType().getFieldNames());
    }
}
