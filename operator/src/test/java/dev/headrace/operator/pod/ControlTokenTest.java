package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ControlTokenTest {
    private final ControlToken tokens = new ControlToken("key".getBytes(StandardCharsets.US_ASCII));

    /** RFC 2104 with the key "key", as any tool computes it. */
    @Test
    void a_token_is_the_hmac_of_the_uid() {
        assertThat(tokens.of("The quick brown fox jumps over the lazy dog"))
                .isEqualTo("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    }

    @Test
    void pods_are_given_a_digest_from_which_the_token_does_not_follow() {
        assertThat(tokens.digest("uid")).matches("[0-9a-f]{64}").isNotEqualTo(tokens.of("uid"));
        assertThat(tokens.digest("uid"))
                .isEqualTo(new ControlToken("key".getBytes(StandardCharsets.US_ASCII)).digest("uid"));
        assertThat(tokens.of("a")).isNotEqualTo(tokens.of("b"));
    }
}
