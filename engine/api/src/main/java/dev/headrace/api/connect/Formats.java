package dev.headrace.api.connect;

/** The formats that are there. */
public interface Formats {
    /** The format of that name, or a {@code UserError} that names the table and the formats there are. */
    Format named(String name, String table);
}
