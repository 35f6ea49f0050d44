package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headrace.e2e.chart.Rights;
import dev.headrace.e2e.fixture.Audit;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.OnCluster;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs when all other tests have had the operator do what it does. */
@OnCluster
@Order(Integer.MAX_VALUE)
class RightsTest {
    /** The SDK does not start without this right, and then renews the Lease by patch. */
    private static final String ASKED_FOR = "coordination.k8s.io leases update";

    @Test
    void the_operator_has_used_each_of_its_rights() {
        Optional<Audit> audit = Audit.find();
        if (audit.isEmpty()) {
            Loud.say("SKIPPED: which rights the operator uses, since HEADRACE_E2E_AUDIT_LOG names no audit log");
        }
        assumeTrue(audit.isPresent());
        TreeSet<String> used = audit.get().ofOperator(Instant.EPOCH).stream()
                .map(Audit.Request::right)
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> granted = Rights.ofOperator("--set", "watchNamespaces={team-a}");
        assertThat(granted.remove(ASKED_FOR)).isTrue();
        System.out.println("  rights used: " + used);
        assertThat(used).isEqualTo(granted);
    }
}
