package dev.headrace.runtime.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headrace.api.error.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pod gives to who ends its process. */
class PodFatalTest {
    private static final OutOfMemoryError FULL =
            new OutOfMemoryError("Cannot reserve 8192 bytes of direct buffer memory");

    static Stream<Throwable> lacks_of_memory() {
        return Stream.of(FULL, new IllegalStateException(FULL), UserError.job("cannot read", FULL));
    }

    @ParameterizedTest
    @MethodSource("lacks_of_memory")
    void memory_that_has_run_out_ends_the_process(Throwable error) throws Exception {
        List<Throwable> fatal = new CopyOnWriteArrayList<>();
        PodOptions options =
                new PodOptions("orders", "r1", false, StartOrder.once(Optional.empty(), false), 1, "orders-r1-0");
        Pod pod = new Pod(options, () -> PodFatalTest.<RuntimeException>sneaky(error), fatal::add);
        pod.start();
        await().until(() -> fatal.contains(error));
        assertThat(pod.close(Duration.ofSeconds(10))).isTrue();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> dev.headrace.runtime.job.JobFile sneaky(Throwable error) throws E {
        throw (E) error;
    }
}
