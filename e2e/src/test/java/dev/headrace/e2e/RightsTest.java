package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headrace.e2e.chart.Rights;
import dev.headrace.e2e.fixture.Audit;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.OnCluster;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs when all other tests have had the operator do what it does. */
@OnCluster
@Isolated("what all others had the operator do")
@Order(Integer.MAX_VALUE)
class RightsTest {
    /** Needed, but not used each time; and why. */
    private static final Map<String, String> SELDOM = Map.of(
            "coordination.k8s.io leases update",
                    "the SDK does not start without it, and then renews the Lease by patch",
            " pods delete", "for a pod that could not remove a snapshot, which another one then tries",
            "headrace.dev streamjobs get", "read when somebody else has changed a job while its finalizer is set");

    /** What each ServiceAccount may ask of the API server. */
    private static final String EVERYBODYS = "authorization.k8s.io selfsubjectrulesreviews create";

    @Test
    void the_operator_has_used_each_of_its_rights() {
        Optional<Audit> audit = Audit.find();
        if (audit.isEmpty()) {
            Loud.say("SKIPPED: which rights the operator uses, since HEADRACE_E2E_AUDIT_LOG names no audit log");
        }
        assumeTrue(audit.isPresent());
        TreeSet<String> used = audit.get().ofOperator(Instant.EPOCH).stream()
                .flatMap(Audit.Request::rights)
                .filter(right -> !right.equals(EVERYBODYS))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> granted = Rights.ofOperator("--set", "watchNamespaces={team-a}");
        System.out.println("  rights used: " + used);
        assertThat(granted).containsAll(SELDOM.keySet());
        used.addAll(SELDOM.keySet());
        assertThat(used).isEqualTo(granted);
    }
}
