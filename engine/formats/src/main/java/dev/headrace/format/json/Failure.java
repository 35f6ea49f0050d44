package dev.headrace.format.json;

import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.format.text.Excerpt;

/** What was wrong with the last record that did not parse. Kept as places, and turned to words only when shown. */
final class Failure {
    private String field;
    private String problem;
    private String expected;
    private int from;
    private int to;

    /** Text that is not JSON. */
    int syntax(String expectedText, int at) {
        field = null;
        expected = expectedText;
        from = at;
        to = Integer.MAX_VALUE;
        return JsonBytes.BROKEN;
    }

    /** A value that is none of its field's type. */
    int value(String path, String expectedText, int valueFrom, int valueTo) {
        field = path;
        problem = null;
        expected = expectedText;
        from = valueFrom;
        to = valueTo;
        return JsonBytes.BROKEN;
    }

    /** A field that is null and may not be. */
    int isNull(String path, DataType type) {
        field = path;
        problem = "is null or missing, but its type is " + (type.kind() == Kind.ROW ? "ROW NOT NULL" : type);
        return JsonBytes.BROKEN;
    }

    /** A field that is not there. */
    int missing(String path) {
        field = path;
        problem = "is missing from the record, and 'fail-on-missing-field' is true";
        return JsonBytes.BROKEN;
    }

    /** Something wrong with the record that {@code sentence} tells. */
    int record(String path, String sentence) {
        field = path;
        problem = sentence;
        return JsonBytes.BROKEN;
    }

    /** The error for the record at {@code [start, end)}. */
    DecodeException exception(byte[] bytes, int start, int end) {
        if (field == null) {
            String found = from >= end ? "the end of the record" : Excerpt.of(bytes, from, end);
            return new DecodeException(
                    "not valid JSON: expected " + expected + " at byte " + (from - start) + " of the record, found "
                            + found,
                    start);
        }
        if (problem != null) {
            return new DecodeException("field '" + field + "' " + problem, start);
        }
        return new DecodeException(
                "field '" + field + "': expected " + expected + ", found " + Excerpt.of(bytes, from, Math.min(to, end)),
                start);
    }
}
