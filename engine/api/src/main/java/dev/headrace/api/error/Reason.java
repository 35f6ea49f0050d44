package dev.headrace.api.error;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** What went wrong: in words, as some exceptions of the file system have but the file's name, and whether it was memory. */
public final class Reason {
    private Reason() {}

    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "it is not there";
            case AccessDeniedException _ -> "the process may not access it";
            case FileAlreadyExistsException there ->
                "there is a file at " + there.getMessage() + " where a folder is needed";
            case EOFException end -> "it ends too early: " + end.getMessage();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /** Whether the process has run out of memory, whatever that is wrapped in: it is not to go on. */
    public static boolean isOutOfMemory(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }
}
