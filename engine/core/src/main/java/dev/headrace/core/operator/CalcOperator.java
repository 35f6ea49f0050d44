package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.expression.Program;
import dev.headrace.core.plan.Plan;

/** Filter and projection by generated code. */
public final class CalcOperator extends Operator {
    private final Program program;
    private final Batch out;

    public CalcOperator(Plan.Calc plan, OperatorContext context) {
        program = context.compiler().compile(plan.input().schema().types(), plan.condition(), plan.projections());
        out = Batch.of(plan.schema());
    }

    @Override
    public void process(int input, Batch batch) {
        out.ensureCapacity(batch.rows());
        program.run(batch, out);
        if (out.selected() > 0) {
            output().emit(out);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
