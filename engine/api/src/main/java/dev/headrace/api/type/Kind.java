package dev.headrace.api.type;

/** The kinds of SQL types, each with the {@link Layout} in which a column of it lies in memory. */
public enum Kind {
    BOOLEAN(Layout.LONG),
    TINYINT(Layout.LONG),
    SMALLINT(Layout.LONG),
    INT(Layout.LONG),
    BIGINT(Layout.LONG),
    FLOAT(Layout.DOUBLE),
    DOUBLE(Layout.DOUBLE),
    /** Up to 18 digits: the unscaled value, {@link Layout#LONG}; more: {@link Layout#BYTES}, see {@link WideDecimal}. */
    DECIMAL(Layout.LONG),
    CHAR(Layout.BYTES),
    VARCHAR(Layout.BYTES),
    BINARY(Layout.BYTES),
    VARBINARY(Layout.BYTES),
    /** Days since 1970-01-01. */
    DATE(Layout.LONG),
    /** Microseconds since midnight. */
    TIME(Layout.LONG),
    /** Microseconds since 1970-01-01 00:00:00 of a calendar without zones. */
    TIMESTAMP(Layout.LONG),
    /** Microseconds since the epoch, UTC. */
    TIMESTAMP_LTZ(Layout.LONG),
    /** Months. */
    INTERVAL_YEAR_MONTH(Layout.LONG),
    /** Microseconds. */
    INTERVAL_DAY_TIME(Layout.LONG),
    ARRAY(Layout.BYTES),
    MAP(Layout.BYTES),
    MULTISET(Layout.BYTES),
    ROW(Layout.BYTES),
    /** The type of a bare NULL. */
    NULL(Layout.LONG);

    private final Layout layout;

    Kind(Layout layout) {
        this.layout = layout;
    }

    Layout layout() {
        return layout;
    }
}
