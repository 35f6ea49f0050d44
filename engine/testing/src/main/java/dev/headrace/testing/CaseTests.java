package dev.headrace.testing;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.headrace.api.error.UserError;
import dev.headrace.core.plan.JobPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;

/**
 * Tests of the cases in a folder: each case in each {@link Mode}, with the same outcome.
 *
 * <pre>
 * private static final CaseTests CASES = CaseTests.in(Path.of("src/test/resources/cases"));
 *
 * &#64;TestFactory
 * Stream&lt;DynamicNode&gt; cases() {
 *     return CASES.nodes();
 * }
 * </pre>
 *
 * The tests may run at the same time, each in one thread.
 */
public final class CaseTests {
    private final List<Case> cases;
    private final Map<String, JobPlan> plans = new ConcurrentHashMap<>();
    private final Map<Mode, Integer> passed = new ConcurrentSkipListMap<>();
    private final Tally tally = new Tally();
    private final AtomicInteger refused = new AtomicInteger();

    private CaseTests(List<Case> cases) {
        this.cases = List.copyOf(cases);
    }

    public static CaseTests in(Path folder) {
        return new CaseTests(CaseFile.in(folder));
    }

    /** A container of tests for each mode, and one for the cases that are refused. */
    public Stream<DynamicNode> nodes() {
        List<DynamicNode> nodes = new ArrayList<>();
        nodes.add(dynamicContainer(
                "refused",
                cases.stream().filter(c -> c.error().isPresent()).map(c -> dynamicTest(c.name(), () -> refuse(c)))));
        for (Mode mode : Mode.values()) {
            nodes.add(dynamicContainer(
                    mode.title(),
                    cases.stream()
                            .filter(c -> c.error().isEmpty() && mode.takes(c))
                            .map(c -> dynamicTest(c.name(), () -> run(mode, c)))));
        }
        return nodes.stream();
    }

    /** How many cases have passed so far in each mode, and what that took. */
    public String counts() {
        return passed.entrySet().stream()
                .map(e -> e.getKey().title() + " " + e.getValue())
                .collect(Collectors.joining(", ", "cases: refused " + refused + ", ", "; " + tally));
    }

    private void run(Mode mode, Case testCase) {
        testCase.disabled().ifPresent(Assumptions::abort);
        try {
            JobPlan plan = plans.computeIfAbsent(testCase.name(), n -> CaseRun.plan(testCase));
            mode.run(testCase, plan, tally);
        } catch (RuntimeException e) {
            throw new AssertionError("case " + testCase.name() + ", " + mode.title() + ": " + e.getMessage(), e);
        }
        passed.merge(mode, 1, Integer::sum);
    }

    private void refuse(Case testCase) {
        testCase.disabled().ifPresent(Assumptions::abort);
        String wanted = testCase.error().orElseThrow();
        try {
            CaseRun.plan(testCase);
        } catch (UserError e) {
            if (!e.getMessage().startsWith(wanted)) {
                throw new AssertionError(
                        "case " + testCase.name() + ", expected: " + wanted + "\n but was: " + e.getMessage());
            }
            refused.incrementAndGet();
            return;
        }
        throw new AssertionError("case " + testCase.name() + " is not refused; expected: " + wanted);
    }
}
