package dev.headrace.core.operator;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.Schema;
import dev.headrace.core.plan.Plan;
import java.util.List;

/** Inputs of plans under test. */
public final class TestPlans {
    private TestPlans() {}

    /** A node that stands for any with that schema and those kinds of change. */
    public static Plan input(Schema schema, ChangelogMode mode) {
        return new Plan.Union(List.of(), schema, mode);
    }
}
