package dev.headrace.sql.parser;

/** A script that does not parse: where, and in one sentence what was found and what could stand there. */
public final class SqlScriptException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;

    public SqlScriptException(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1. */
    public int column() {
        return column;
    }
}
