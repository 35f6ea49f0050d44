package dev.headrace.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PodCommandTest {
    @Test
    void the_exit_code_tells_memory_of_any_kind_and_however_wrapped_from_all_else() {
        OutOfMemoryError direct = new OutOfMemoryError("Cannot reserve 8192 bytes of direct buffer memory");
        OutOfMemoryError threads = new OutOfMemoryError("unable to create native thread");
        assertThat(PodCommand.exitCode(direct)).isEqualTo(3);
        assertThat(PodCommand.exitCode(threads)).isEqualTo(3);
        assertThat(PodCommand.exitCode(new IllegalStateException(new IOException(direct))))
                .isEqualTo(3);
        assertThat(PodCommand.exitCode(new StackOverflowError())).isEqualTo(1);
    }
}
