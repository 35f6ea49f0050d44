package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.GoldenPlans;
import dev.headrace.sql.SqlPlanner;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Expressions as they stand in a query: planned, typed, compiled, and evaluated over one row of named values. */
final class SqlValues {
    private final String settings;
    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, Object> values = new TreeMap<>();

    /** @param settings statements in front of the query */
    SqlValues(String settings) {
        this.settings = settings;
    }

    SqlValues with(String column, String type, Object value) {
        types.put(column, type);
        values.put(column, value);
        return this;
    }

    /** Written with times as such: an instant ends in Z. */
    record Typed(Object value, DataType type) {
        @Override
        public String toString() {
            return value == null
                    ? "null " + type
                    : switch (type.kind()) {
                        case TIMESTAMP -> UserValues.toLocalDateTime((Long) value) + " " + type;
                        case TIMESTAMP_LTZ -> UserValues.toInstant((Long) value) + " " + type;
                        case DATE -> LocalDate.ofEpochDay((Long) value) + " " + type;
                        case TIME -> UserValues.toLocalTime((Long) value) + " " + type;
                        default -> value + " " + type;
                    };
        }
    }

    /** The value, in Evaluation's Java types, and the type that the query says it has. */
    Typed of(String expression) {
        String columns = types.entrySet().stream()
                .map(e -> "`" + e.getKey() + "` " + e.getValue())
                .collect(Collectors.joining(", "));
        SqlPlanner planner = new SqlPlanner(GoldenPlans.context());
        Plan plan = planner.plan(settings + "CREATE TABLE t (" + columns + ") WITH ('connector' = 'test'); SELECT "
                        + expression + " AS x FROM t;")
                .job()
                .sinks()
                .getFirst()
                .input();
        List<Plan.Calc> steps = new ArrayList<>();
        while (plan instanceof Plan.Calc calc) {
            steps.addFirst(calc);
            plan = calc.input();
        }
        Schema scanned = plan.schema();
        Object[] row = scanned.fields().stream().map(f -> values.get(f.name())).toArray();
        Batch batch = Evaluation.batch(scanned.types(), List.of(row, row));
        DataType type = scanned.types().isEmpty() ? null : scanned.types().getFirst();
        for (Plan.Calc calc : steps) {
            Program program = Evaluation.compile(
                    calc.input().schema().types(),
                    calc.condition().orElse(null),
                    calc.projections().toArray(Expression[]::new));
            Batch out = Batch.of(calc.schema());
            out.ensureCapacity(batch.rows());
            program.run(batch, out);
            batch = out;
            type = calc.schema().types().getFirst();
        }
        return new Typed(Evaluation.read(batch.column(0), 1), type);
    }
}
