package dev.headrace.sql.codegen;

import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.Expression;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;

/** TO_TIMESTAMP with a constant pattern: a date, at midnight if the pattern has no time; null for what does not fit it. */
public final class DateParser {
    private final DateTimeFormatter formatter;

    private DateParser(DateTimeFormatter formatter) {
        this.formatter = formatter;
    }

    static Object of(List<Expression> literals) {
        String pattern = Builtins.text(literals.getFirst(), "TO_TIMESTAMP");
        try {
            return new DateParser(DateTimeFormatter.ofPattern(pattern));
        } catch (IllegalArgumentException e) {
            throw UserError.request("TO_TIMESTAMP: '" + pattern + "' is no pattern of a date: " + e.getMessage());
        }
    }

    public long parse(byte[] heap, long slice) {
        try {
            TemporalAccessor parsed = formatter.parse(TextFunctions.string(heap, slice));
            LocalDate date = parsed.query(TemporalQueries.localDate());
            LocalTime time = parsed.query(TemporalQueries.localTime());
            return date == null
                    ? Builtins.NULL
                    : UserValues.from(date.atTime(time == null ? LocalTime.MIDNIGHT : time));
        } catch (DateTimeException e) {
            return Builtins.NULL;
        }
    }
}
