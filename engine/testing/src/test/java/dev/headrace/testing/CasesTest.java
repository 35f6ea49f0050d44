package dev.headrace.testing;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class CasesTest {
    private static final CaseTests CASES = CaseTests.in(Path.of("src/test/resources/cases"));

    @TestFactory
    Stream<DynamicNode> cases() {
        return CASES.nodes();
    }

    @AfterAll
    static void counts() {
        System.out.println(CASES.counts());
    }
}
