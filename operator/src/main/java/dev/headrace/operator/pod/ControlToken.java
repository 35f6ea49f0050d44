package dev.headrace.operator.pod;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The token that a job's pods answer to: HMAC-SHA-256 of the StreamJob's uid under the operator's key, in hexadecimal. Pods are
 * given its SHA-256 only.
 */
public final class ControlToken {
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    public ControlToken(byte[] key) {
        this.key = new SecretKeySpec(key, HMAC);
    }

    public String of(String uid) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(uid.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the pods of that job are given: the SHA-256 of the token's text, in hexadecimal. */
    public String digest(String uid) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(of(uid).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
