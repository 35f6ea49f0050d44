package dev.headrace.core.expression;

import dev.headrace.api.type.DataType;
import java.util.List;
import java.util.Optional;

/** Turns expressions into code that runs over batches. */
public interface ExpressionCompiler {
    /**
     * Compiles a filter and a projection together.
     *
     * @param inputs types of the input columns
     * @param condition rows for which it is not true are dropped
     * @param projections the output columns
     */
    Program compile(List<DataType> inputs, Optional<Expression> condition, List<Expression> projections);
}
