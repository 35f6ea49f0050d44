package dev.headrace.api.connect;

/**
 * A kind of external system; found by {@link java.util.ServiceLoader} under the name that the option {@code connector}
 * gives. It is told about a table and makes its source or sink; it reads and checks all options while doing so
 * ({@link Options#refuseUnknown} last), without contacting the system.
 */
public interface Connector {
    String name();

    /** The source of a table; refuses with a {@code UserError} when this system cannot be read. */
    Source source(TableDefinition table, Formats formats, Environment environment);

    /** The sink of a table; refuses with a {@code UserError} when this system cannot be written. */
    Sink sink(TableDefinition table, Formats formats, Environment environment);
}
