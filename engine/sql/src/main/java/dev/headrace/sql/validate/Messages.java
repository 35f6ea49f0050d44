package dev.headrace.sql.validate;

import dev.headrace.api.error.UserError;
import org.apache.calcite.runtime.CalciteContextException;

/** The validator's errors as ours: {@code line:column: sentence}. */
final class Messages {
    private Messages() {}

    static UserError explained(CalciteContextException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage() == null ? e.getMessage() : cause.getMessage();
        message = message.replace(" in any table", "").replace("Object '", "table '");
        if (message.startsWith("Column '") && message.contains("not found")) {
            message = message.replaceFirst("Column", "column").replace(" not found", " is not there");
        }
        if (message.startsWith("table '") && message.contains(" not found")) {
            message = message.replace(" not found", " is not declared; declare it with CREATE TABLE or CREATE VIEW");
        }
        if (message.startsWith("No match found for function signature ")) {
            message = "there is no function " + message.substring("No match found for function signature ".length());
        }
        return UserError.request(e.getPosLine() + ":" + e.getPosColumn() + ": " + message);
    }
}
