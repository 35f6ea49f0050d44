package dev.headrace.format.csv;

import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import java.nio.charset.StandardCharsets;

/**
 * The options of the format. Characters are ASCII, as bytes; {@link #NONE} where there is none.
 *
 * @param nullLiteral the unquoted text of a null, or null
 * @param header whether the first line of an input is skipped
 * @param plainDecimals whether small decimals are written without exponent
 */
record CsvOptions(
        int delimiter,
        int quote,
        int escape,
        int elementDelimiter,
        boolean allowComments,
        boolean ignoreParseErrors,
        byte[] nullLiteral,
        boolean header,
        boolean plainDecimals) {
    static final int NONE = 256;

    static CsvOptions of(Options options) {
        boolean noQuote = options.flag("disable-quote-character", false);
        if (noQuote && options.text("quote-character").isPresent()) {
            throw UserError.request("table '" + options.table()
                    + "': options 'quote-character' and 'disable-quote-character' exclude each other; remove one");
        }
        int quote = character(options, "quote-character", "\"");
        int escape = options.text("escape-character").isEmpty() ? NONE : character(options, "escape-character", "");
        CsvOptions found = new CsvOptions(
                character(options, "field-delimiter", ","),
                noQuote ? NONE : quote,
                // An escape that is the quote means what doubled quotes mean.
                escape == quote ? NONE : escape,
                character(options, "array-element-delimiter", ";"),
                options.flag("allow-comments", false),
                options.flag("ignore-parse-errors", false),
                options.text("null-literal")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .orElse(null),
                options.flag("header", false),
                !options.flag("write-bigdecimal-in-scientific-notation", true));
        if (found.delimiter == found.quote || found.delimiter == found.escape) {
            throw options.wrong(
                    "field-delimiter",
                    String.valueOf((char) found.delimiter),
                    "a character that is neither the quote nor the escape");
        }
        return found;
    }

    private static int character(Options options, String name, String defaultValue) {
        String text = options.text(name, defaultValue);
        String one = switch (text) {
            case "\\t" -> "\t";
            case "\\\\" -> "\\";
            default -> text;
        };
        if (one.length() != 1 || one.charAt(0) > 0x7f || one.charAt(0) == '\n' || one.charAt(0) == '\r') {
            throw options.wrong(name, text, "one ASCII character, or \\t");
        }
        return one.charAt(0);
    }
}
