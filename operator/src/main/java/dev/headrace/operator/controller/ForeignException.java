package dev.headrace.operator.controller;

/** An object that is to be made has the name of one that is not ours. The message says whose, and what to do. */
final class ForeignException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ForeignException(String message) {
        super(message);
    }
}
