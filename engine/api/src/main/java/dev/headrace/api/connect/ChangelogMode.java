package dev.headrace.api.connect;

/** Which kinds of change a stream holds. */
public enum ChangelogMode {
    /** Only +I. */
    INSERT_ONLY,
    /** Each update is -U with the old row and then +U with the new; -D carries the old row. */
    RETRACT,
    /** By key: +I and +U both set the row of a key, -D takes it (only its key columns need be right); no -U. */
    UPSERT
}
