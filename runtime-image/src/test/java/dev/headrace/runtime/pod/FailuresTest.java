package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void a_lack_of_memory_is_no_defect_and_says_what_to_do() {
        OutOfMemoryError full = new OutOfMemoryError("Cannot reserve 8192 bytes of direct buffer memory");
        assertThat(Failures.message(new IllegalStateException(full)))
                .startsWith("the process has run out of memory: ")
                .contains("direct buffer memory")
                .endsWith("; raise spec.resources.memory");
        assertThat(Failures.message(new IllegalStateException("odd"))).contains("a defect of Headrace");
    }
}
