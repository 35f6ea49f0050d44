package dev.headrace.api.error;

/**
 * Something a user can set right: an unknown option, a broken record, an unreachable broker. The message is one clear
 * paragraph that says what was found, where, and what to do. It is shown without a stack trace.
 */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Whose mistake it is, which decides the exit code of the command. */
    public enum Kind {
        /** A mistake in what was asked: the job's text, its options. Exit code 2. */
        REQUEST,
        /** The job could not go on: data, services, storage. Exit code 1. */
        JOB
    }

    private final Kind kind;

    private UserError(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public static UserError request(String message) {
        return new UserError(Kind.REQUEST, message, null);
    }

    public static UserError job(String message) {
        return new UserError(Kind.JOB, message, null);
    }

    public static UserError job(String message, Throwable cause) {
        return new UserError(Kind.JOB, message, cause);
    }

    public Kind kind() {
        return kind;
    }
}
