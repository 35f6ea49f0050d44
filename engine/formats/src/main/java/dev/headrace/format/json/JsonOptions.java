package dev.headrace.format.json;

import dev.headrace.api.connect.Options;
import dev.headrace.format.text.TimestampStandard;

/**
 * The options of the format.
 *
 * @param failOnMissingField a field that is not in the object is an error rather than null
 * @param ignoreParseErrors a value that does not parse is null; a record that does not is skipped and counted
 * @param nullKeys what the encoder does with a null key of a MAP
 * @param nullKeyLiteral the name it writes for one in the mode LITERAL
 * @param plainDecimals whether small decimals are written without exponent
 * @param skipNulls whether the encoder leaves out fields that are null
 */
public record JsonOptions(
        boolean failOnMissingField,
        boolean ignoreParseErrors,
        TimestampStandard timestamps,
        NullKeys nullKeys,
        String nullKeyLiteral,
        boolean plainDecimals,
        boolean skipNulls) {

    /** What becomes of an entry of a MAP whose key is null. */
    public enum NullKeys {
        FAIL,
        DROP,
        LITERAL
    }

    public static JsonOptions of(Options options) {
        JsonOptions found = new JsonOptions(
                options.flag("fail-on-missing-field", false),
                options.flag("ignore-parse-errors", false),
                options.choice("timestamp-format.standard", TimestampStandard.class, TimestampStandard.SQL),
                options.choice("map-null-key.mode", NullKeys.class, NullKeys.FAIL),
                options.text("map-null-key.literal", "null"),
                options.flag("encode.decimal-as-plain-number", false),
                options.flag("encode.ignore-null-fields", false));
        if (found.failOnMissingField && found.ignoreParseErrors) {
            throw options.wrong(
                    "ignore-parse-errors",
                    "true",
                    "only false when 'fail-on-missing-field' is true; remove one of them");
        }
        return found;
    }
}
