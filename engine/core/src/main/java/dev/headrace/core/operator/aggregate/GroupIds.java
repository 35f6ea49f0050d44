package dev.headrace.core.operator.aggregate;

import dev.headrace.api.type.DataType;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.state.Hashing;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateColumn;

/**
 * Short names of groups, so that tables of a group's values need not repeat its key. An id hashes to the key group of its
 * group, so that what is kept under it lies with the group wherever that goes. Finding one takes about as many tries as
 * there are key groups, once in a group's life.
 */
final class GroupIds {
    static final StateColumn COLUMN = StateColumn.of("group id", DataType.BIGINT);

    private static final int TRIES_BITS = 20;

    private final OperatorContext context;

    GroupIds(OperatorContext context) {
        this.context = context;
    }

    long next(int keyGroup) {
        long id = context.nextSequence() << TRIES_BITS;
        while (KeyGroups.of(Hashing.finish(Hashing.value(id))) != keyGroup) {
            id++;
        }
        return id;
    }
}
