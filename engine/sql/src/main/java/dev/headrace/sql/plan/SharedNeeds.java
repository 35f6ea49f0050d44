package dev.headrace.sql.plan;

import dev.headrace.core.graph.PlanIdentity;
import dev.headrace.core.plan.Plan;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which columns are needed of nodes that are read in several places: those that any of the places reads. Each pass over the plan
 * may find more of them, until one does not.
 */
final class SharedNeeds {
    private final PlanIdentity identities = new PlanIdentity();
    private final Map<String, Set<Integer>> ofNodes = new HashMap<>();
    /** By identity of an aggregation, the columns of its input that are read of its late rows. */
    private final Map<String, Set<Integer>> ofLateRows = new HashMap<>();

    private boolean grown;

    void beginPass() {
        grown = false;
    }

    /** Whether this pass has found more. */
    boolean hasGrown() {
        return grown;
    }

    /** Adds what one place asks for, and gives what all ask for. */
    Set<Integer> add(Plan plan, Set<Integer> asked) {
        Set<Integer> known = ofNodes.get(identities.of(plan));
        if (known == null) {
            known = new TreeSet<>(asked);
            ofNodes.put(identities.of(plan), known);
        } else if (known.addAll(asked)) {
            grown = true;
        }
        return new TreeSet<>(known);
    }

    void addOfLateRows(Plan.WindowAggregate aggregate, Set<Integer> asked) {
        if (ofLateRows
                .computeIfAbsent(Sharing.identity(aggregate, identities), i -> new TreeSet<>())
                .addAll(asked)) {
            grown = true;
        }
    }

    Set<Integer> ofLateRows(Plan.WindowAggregate aggregate) {
        return ofLateRows.getOrDefault(Sharing.identity(aggregate, identities), Set.of());
    }
}
