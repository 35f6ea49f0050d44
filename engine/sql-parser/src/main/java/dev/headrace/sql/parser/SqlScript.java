package dev.headrace.sql.parser;

import dev.headrace.sql.parser.generated.HeadraceSqlParserImpl;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/** Text to statements. Names keep their case and are quoted with backticks. */
public final class SqlScript {
    private static final int EXPECTED_SHOWN = 6;

    /** Statements of the dialect that Headrace does not have, by their first words, and what to do instead. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("CREATE CATALOG", "there is one catalog, in memory; declare tables with CREATE TABLE"),
            Map.entry("CREATE DATABASE", "there is one database; declare tables with CREATE TABLE"),
            Map.entry("CREATE MODEL", "call the model from a function: CREATE FUNCTION f AS 'class'"),
            Map.entry("CREATE MATERIALIZED", "write INSERT INTO table SELECT ..."),
            Map.entry("ALTER", "change the declaration itself: the script declares everything anew at each start"),
            Map.entry("UPDATE", "a stream of changes comes from a source; use a format such as debezium-json"),
            Map.entry("DELETE", "a stream of changes comes from a source; use a format such as debezium-json"),
            Map.entry("MERGE", "a sink with a PRIMARY KEY takes changes by key: INSERT INTO table SELECT ..."),
            Map.entry("TRUNCATE", "empty the external system itself"),
            Map.entry("CALL", "there are no procedures"),
            Map.entry("ANALYZE", "plans do not depend on statistics"),
            Map.entry("COMPILE", "state is found by what it means, so plans need not be kept"),
            Map.entry("LOAD", "put the classes on the class path"),
            Map.entry("STOP", "stop the process: it takes a snapshot"));

    private static final SqlParser.Config CONFIG = SqlParser.config()
            .withParserFactory(HeadraceSqlParserImpl.FACTORY)
            .withConformance(SqlConformanceEnum.LENIENT)
            .withQuoting(Quoting.BACK_TICK)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withIdentifierMaxLength(256);

    private static final SqlAbstractParserImpl.Metadata RESERVED =
            SqlParser.create("", CONFIG).getMetadata();

    private SqlScript() {}

    /** The statements of a script, separated by semicolons: {@link StatementNode}s, INSERTs and queries. */
    public static List<SqlNode> parse(String text) throws SqlScriptException {
        String script = withoutEmptyStatements(text);
        if (script.isEmpty()) {
            return List.of();
        }
        try {
            return List.copyOf(SqlParser.create(script, CONFIG).parseStmtList().getList());
        } catch (SqlParseException e) {
            throw explained(text, e, changed -> failure(SqlParser.create(changed, CONFIG)::parseStmtList));
        }
    }

    /** One expression, as in a computed column. */
    public static SqlNode parseExpression(String text) throws SqlScriptException {
        try {
            return SqlParser.create(text, CONFIG).parseExpression();
        } catch (SqlParseException e) {
            throw explained(text, e, changed -> failure(SqlParser.create(changed, CONFIG)::parseExpression));
        }
    }

    private interface Parsing {
        SqlNode parse() throws SqlParseException;
    }

    /** Where parsing stops; empty if it does not. */
    private static Optional<SqlParserPos> failure(Parsing parsing) {
        try {
            parsing.parse();
            return Optional.empty();
        } catch (SqlParseException e) {
            return Optional.of(e.getPos() == null ? SqlParserPos.ZERO : e.getPos());
        }
    }

    private static Optional<SqlScriptException> reservedWord(
            String text, SqlParserPos failure, Function<String, Optional<SqlParserPos>> parser) {
        return ReservedWords.find(
                        text,
                        offset(text, failure),
                        word -> RESERVED.isReservedWord(word),
                        changed -> parser.apply(changed).map(position -> offset(changed, position)))
                .map(word -> {
                    int line = (int) text.substring(0, word.offset())
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count()
                            + 1;
                    int column = word.offset() - text.lastIndexOf('\n', word.offset() - 1);
                    return new SqlScriptException(
                            "'" + word.text() + "' is a reserved word; as a name it is written in backquotes: `"
                                    + word.text() + "`",
                            line,
                            column);
                });
    }

    private static int offset(String text, SqlParserPos position) {
        int offset = 0;
        for (int line = 1; line < position.getLineNum(); line++) {
            offset = text.indexOf('\n', offset) + 1;
        }
        return offset + position.getColumnNum() - 1;
    }

    /**
     * The script with the semicolons blanked that no statement stands before, and those at its end: the template wants a
     * statement between any two. Places stay what they are.
     */
    private static String withoutEmptyStatements(String text) {
        char[] chars = text.toCharArray();
        int lastSemicolon = -1;
        boolean statement = false;
        for (int i = 0; i < chars.length; i++) {
            char c = chars[i];
            if (c == '-' && i + 1 < chars.length && chars[i + 1] == '-') {
                i = endOf(text, "\n", i);
            } else if (c == '/' && i + 1 < chars.length && chars[i + 1] == '*' && !text.startsWith("/*+", i)) {
                i = endOf(text, "*/", i + 2) + 1;
            } else if (c == '\'' || c == '`' || c == '"') {
                i = endOf(text, Character.toString(c), i + 1);
                statement = true;
            } else if (c == ';') {
                if (!statement) {
                    chars[i] = ' ';
                } else {
                    lastSemicolon = i;
                }
                statement = false;
            } else if (!Character.isWhitespace(c)) {
                statement = true;
            }
        }
        if (!statement && lastSemicolon >= 0) {
            chars[lastSemicolon] = ' ';
        }
        return statement || lastSemicolon >= 0 ? new String(chars) : "";
    }

    private static int endOf(String text, String delimiter, int from) {
        int end = text.indexOf(delimiter, from);
        return end < 0 ? text.length() : end;
    }

    private static SqlScriptException explained(
            String text, SqlParseException e, Function<String, Optional<SqlParserPos>> parser) {
        SqlParserPos position = e.getPos() == null ? new SqlParserPos(1, 1) : e.getPos();
        int line = position.getLineNum();
        int column = position.getColumnNum();
        String statement = statementAround(text, line, column);
        for (Map.Entry<String, String> refused : REFUSED.entrySet()) {
            if (statement.startsWith(refused.getKey() + " ")) {
                return new SqlScriptException(
                        refused.getKey() + " is not supported; " + refused.getValue(), line, column);
            }
        }
        Optional<SqlScriptException> reserved = reservedWord(text, position, parser);
        if (reserved.isPresent()) {
            return reserved.get();
        }
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (message.startsWith("Non-query expression")) {
            return new SqlScriptException(
                    "'" + foundAt(text, line, column)
                            + "' begins no statement; statements begin with SELECT, WITH, INSERT,"
                            + " CREATE, EXECUTE STATEMENT SET, SET, EXPLAIN",
                    line,
                    column);
        }
        String found = message.contains("\"<EOF>\"") ? "" : foundAt(text, line, column);
        TreeSet<String> expected = new TreeSet<>();
        if (e.getExpectedTokenNames() != null) {
            e.getExpectedTokenNames()
                    .forEach(name -> expected.add(name.replace("\"", "'")
                            .replace("<", "")
                            .replace(">", "")
                            .toUpperCase(Locale.ROOT)));
        }
        String sentence = found.isEmpty() ? "the script ends too early" : "'" + found + "' cannot stand here";
        if (expected.isEmpty() || expected.size() > EXPECTED_SHOWN) {
            String detail = e.getExpectedTokenNames() == null
                            || e.getExpectedTokenNames().isEmpty()
                    ? firstLine(e.getMessage())
                    : "";
            return new SqlScriptException(detail.isEmpty() ? sentence : detail, line, column);
        }
        return new SqlScriptException(sentence + "; expected " + String.join(" or ", expected), line, column);
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    private static String foundAt(String text, int line, int column) {
        List<String> lines = text.lines().toList();
        if (line > lines.size() || column > lines.get(line - 1).length()) {
            return "";
        }
        String rest = lines.get(line - 1).substring(column - 1);
        int end = 0;
        while (end < rest.length() && (Character.isLetterOrDigit(rest.charAt(end)) || rest.charAt(end) == '_')) {
            end++;
        }
        return end == 0 ? rest.substring(0, 1) : rest.substring(0, end);
    }

    /** The statement that the place lies in, from its first word, in upper case with single spaces. */
    private static String statementAround(String text, int line, int column) {
        int offset = 0;
        int at = 1;
        while (at < line) {
            offset = text.indexOf('\n', offset) + 1;
            at++;
        }
        int start = text.lastIndexOf(';', Math.max(0, Math.min(text.length(), offset + column - 1) - 1)) + 1;
        return text.substring(start)
                .replaceAll("--[^\n]*", " ")
                .strip()
                .replaceAll("\\s+", " ")
                .toUpperCase(Locale.ROOT);
    }
}
