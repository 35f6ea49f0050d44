package dev.headrace.core.plan;

import dev.headrace.api.type.DataType;
import java.util.List;
import java.util.OptionalInt;

/**
 * An aggregate function over columns of the input.
 *
 * @param function canonical name: COUNT, SUM, AVG, MIN, MAX, FIRST_VALUE, LAST_VALUE, STDDEV_POP, .., LISTAGG, COLLECT
 * @param arguments input columns; empty for COUNT(*)
 * @param filter a BOOLEAN input column: rows where it is not true are left out
 * @param type the result's
 */
public record AggregateCall(
        String function, List<Integer> arguments, boolean distinct, OptionalInt filter, DataType type) {
    public AggregateCall {
        arguments = List.copyOf(arguments);
    }
}
