package dev.headrace.api.connect;

/** A record that does not parse: the field, the text found, and where the record begins in the buffer. */
public final class DecodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int offset;

    /** {@code message} says the field, what was expected and the text found, shortened to about 100 characters. */
    public DecodeException(String message, int offset) {
        super(message, null, false, false);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
