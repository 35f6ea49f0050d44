package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;

/** Passes the rows of all inputs as they are. */
public final class UnionOperator extends Operator {
    @Override
    public void process(int input, Batch batch) {
        output().emit(batch);
    }
}
