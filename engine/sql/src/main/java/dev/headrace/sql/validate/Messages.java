package dev.headrace.sql.validate;

import dev.headrace.api.error.Names;
import dev.headrace.api.error.UserError;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;

/** The validator's errors as ours: {@code line:column: sentence}. */
final class Messages {
    private static final Pattern COLUMN =
            Pattern.compile("Column '([^']+)' not found in (any table|table '([^']+)')(.*)");
    private static final Pattern TABLE = Pattern.compile("Object '([^']+)' not found(.*)");
    private static final Pattern ALIAS = Pattern.compile("(?:Table|Unknown identifier) '([^']+)'(?: not found)?(.*)");
    private static final Pattern FUNCTION = Pattern.compile("No match found for function signature ([^(]+)(\\(.*\\))");
    private static final Pattern TYPES = Pattern.compile(
            "Cannot apply '([^']+)' to arguments of type '(.*?)'\\. Supported form\\(s\\): (.*)", Pattern.DOTALL);
    private static final Pattern GROUPED = Pattern.compile("Expression '([^']+)' is not being grouped");
    private static final Pattern AMBIGUOUS = Pattern.compile("Column '([^']+)' is ambiguous");
    private static final Pattern ARGUMENTS =
            Pattern.compile("Invalid number of arguments to function '([^']+)'. Was expecting (\\d+) arguments");

    private final Collection<String> tables;
    private final Collection<String> columns;
    private final Collection<String> functions;

    /** The names that there are. */
    Messages(Collection<String> tables, Collection<String> columns, Collection<String> functions) {
        this.tables = tables;
        this.columns = columns;
        this.functions = functions;
    }

    UserError explained(CalciteContextException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage() == null ? e.getMessage() : cause.getMessage();
        return UserError.request(e.getPosLine() + ":" + e.getPosColumn() + ": " + sentence(String.valueOf(message)));
    }

    private String sentence(String message) {
        Matcher matcher;
        if ((matcher = COLUMN.matcher(message)).matches()) {
            String where = matcher.group(3) == null ? "" : " in '" + matcher.group(3) + "'";
            return "there is no column '" + matcher.group(1) + "'" + where
                    + Names.suggestion(matcher.group(1), columns);
        }
        if ((matcher = TABLE.matcher(message)).matches()) {
            String suggestion = Names.suggestion(matcher.group(1), tables);
            return "table '" + matcher.group(1) + "' is not declared"
                    + (suggestion.isEmpty() ? "; declare it with CREATE TABLE or CREATE VIEW" : suggestion);
        }
        if ((matcher = ALIAS.matcher(message)).matches()) {
            return "there is no table, alias or type '" + matcher.group(1) + "' here"
                    + Names.suggestion(matcher.group(1), tables);
        }
        if ((matcher = FUNCTION.matcher(message)).matches()) {
            return "there is no function " + matcher.group(1) + plain(matcher.group(2))
                    + Names.suggestion(matcher.group(1), functions);
        }
        if ((matcher = TYPES.matcher(message)).matches()) {
            return "'" + matcher.group(1) + "' does not take " + plain(matcher.group(2)) + "; write it as "
                    + plain(matcher.group(3)).strip().replaceAll("\\s*\\R\\s*", " or ") + ", with a CAST if need be";
        }
        if ((matcher = GROUPED.matcher(message)).matches()) {
            return "'" + matcher.group(1) + "' is neither in GROUP BY nor inside an aggregate";
        }
        if ((matcher = AMBIGUOUS.matcher(message)).matches()) {
            return "several tables have a column '" + matcher.group(1) + "'; write table." + matcher.group(1);
        }
        if ((matcher = ARGUMENTS.matcher(message)).matches()) {
            return matcher.group(1) + " takes " + matcher.group(2) + " arguments";
        }
        return switch (message) {
            case "Aggregate expression is illegal in WHERE clause" ->
                "an aggregate cannot stand in WHERE; put the condition into HAVING";
            case "Windowed aggregate expression is illegal in WHERE clause" ->
                "OVER cannot stand in WHERE; select it in a subquery, and filter around that";
            default -> message;
        };
    }

    /** Types without the angle brackets that the validator puts around them. */
    private static String plain(String types) {
        return types.replaceAll("<([A-Z_0-9 ]+(?:\\([^)]*\\))?(?: NOT NULL)?)>", "$1")
                .replace("'", "");
    }
}
