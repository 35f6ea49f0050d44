package dev.headrace.sql.error;

import dev.headrace.api.error.UserError;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Mistakes in a script, told with their place. */
public final class SqlError {
    private SqlError() {}

    /** {@code line:column: sentence}; whoever knows the file puts it in front. */
    public static UserError at(SqlParserPos position, String message) {
        return UserError.request(position.getLineNum() + ":" + position.getColumnNum() + ": " + message);
    }
}
