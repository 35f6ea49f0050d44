package dev.headrace.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "Bearer right, true",
                "bearer right, true",
                "'Bearer  right ', true",
                "Bearer wrong, false",
                "Bearer righ, false",
                "Bearer rightly, false",
                "Bearer, false",
                "right, false",
                "Basic right, false",
                "'', false"
            })
    void only_the_right_token_fits(String header, boolean fits) throws Exception {
        assertThat(Token.of(sha256("right")).orElseThrow().isIn(header)).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer ", "Bearer"})
    void the_digest_of_nothing_lets_nobody_in_without_the_word_bearer(String header) throws Exception {
        assertThat(Token.of(sha256("")).orElseThrow().isIn(header)).isEqualTo(header.startsWith("Bearer "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zz", "00", "abcdef"})
    void what_is_no_digest_makes_no_token(String digest) {
        assertThat(Token.of(digest)).isEmpty();
    }
}
