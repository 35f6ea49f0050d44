package dev.headrace.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestoreRoomTest {
    private long held;
    private final RestoreRoom room = new RestoreRoom(() -> held, 800, 1);

    @Test
    void what_comes_later_is_to_fit_beside_what_is_there_and_what_was_promised_before() {
        held = 100;
        assertThat(room.reserve(601)).isFalse();
        assertThat(room.reserve(300)).isTrue();
        held = 150;
        assertThat(room.reserve(251)).isFalse();
        assertThat(room.reserve(250)).isTrue();
        assertThat(room.reserve(1)).isFalse();
        assertThat(room.isFull()).isFalse();
        held = 701;
        assertThat(room.isFull()).isTrue();
    }
}
