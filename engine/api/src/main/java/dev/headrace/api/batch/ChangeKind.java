package dev.headrace.api.batch;

/** What a row of a changelog does to the table it describes. Codes are those of the {@code kinds} of a {@link Batch}. */
public enum ChangeKind {
    INSERT("+I"),
    UPDATE_BEFORE("-U"),
    UPDATE_AFTER("+U"),
    DELETE("-D");

    public static final byte INSERT_CODE = 0;
    public static final byte UPDATE_BEFORE_CODE = 1;
    public static final byte UPDATE_AFTER_CODE = 2;
    public static final byte DELETE_CODE = 3;
    // Even codes add, odd codes take: adds() is one instruction.

    private static final ChangeKind[] KINDS = values();

    private final String symbol;

    ChangeKind(String symbol) {
        this.symbol = symbol;
    }

    public String symbol() {
        return symbol;
    }

    public static ChangeKind of(byte code) {
        return KINDS[code];
    }

    /** Whether a row of that kind adds to the table (+I, +U) rather than takes from it (-U, -D). */
    public static boolean adds(byte code) {
        return (code & 1) == 0;
    }
}
