package dev.headrace.runtime.control;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Who may use the control API: whoever has the token of which the pod knows the SHA-256. */
final class Token {
    private static final String SCHEME = "Bearer ";

    private final byte[] sha256;

    private Token(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** @param sha256 64 hexadecimal digits; empty where anything else was given */
    static Optional<Token> of(String sha256) {
        try {
            byte[] digest = HexFormat.of().parseHex(sha256.strip());
            return digest.length == 32 ? Optional.of(new Token(digest)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a header {@code Authorization} has the token. Takes as long for each wrong one. */
    boolean isIn(String authorization) {
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] given = digest(bearer ? authorization.substring(SCHEME.length()).strip() : "");
        return MessageDigest.isEqual(given, sha256) && bearer;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
