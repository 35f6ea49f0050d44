package dev.headrace.sql.codegen;

import dev.headrace.api.error.UserError;
import dev.headrace.core.expression.Expression;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.List;

/** EXTRACT and rounding of timestamps to a constant unit; microseconds without a zone. */
public final class TimeUnitFunctions {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

    private final String unit;

    private TimeUnitFunctions(String unit) {
        this.unit = unit;
    }

    static Object ofFirst(List<Expression> literals) {
        return new TimeUnitFunctions(Builtins.text(literals.getFirst(), "EXTRACT"));
    }

    public long extract(long micros) {
        long ofDay = Math.floorMod(micros, MICROS_PER_DAY);
        return switch (unit) {
            case "HOUR" -> ofDay / (3600 * MICROS_PER_SECOND);
            case "MINUTE" -> ofDay / (60 * MICROS_PER_SECOND) % 60;
            case "SECOND" -> ofDay / MICROS_PER_SECOND % 60;
            case "MILLISECOND" -> ofDay / 1000 % 60_000;
            case "MICROSECOND" -> ofDay % (60 * MICROS_PER_SECOND);
            case "EPOCH" -> Math.floorDiv(micros, MICROS_PER_SECOND);
            default -> ofDate(LocalDate.ofEpochDay(Math.floorDiv(micros, MICROS_PER_DAY)));
        };
    }

    private long ofDate(LocalDate date) {
        return switch (unit) {
            case "YEAR" -> date.getYear();
            case "QUARTER" -> date.get(IsoFields.QUARTER_OF_YEAR);
            case "MONTH" -> date.getMonthValue();
            case "WEEK" -> date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case "DAY" -> date.getDayOfMonth();
            case "DOW" ->
                date.getDayOfWeek() == DayOfWeek.SUNDAY
                        ? 1
                        : date.getDayOfWeek().getValue() + 1;
            case "ISODOW" -> date.getDayOfWeek().getValue();
            case "DOY" -> date.getDayOfYear();
            case "DECADE" -> date.getYear() / 10;
            case "CENTURY" -> (date.getYear() + 99) / 100;
            case "MILLENNIUM" -> (date.getYear() + 999) / 1000;
            default -> throw UserError.request("EXTRACT cannot take '" + unit + "'");
        };
    }
}
