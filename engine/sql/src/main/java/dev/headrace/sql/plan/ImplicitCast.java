package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Conversions into a sink's column that nobody has to write, as in Flink: those that fit all values. */
final class ImplicitCast {
    private static final List<Kind> WHOLE = List.of(Kind.TINYINT, Kind.SMALLINT, Kind.INT, Kind.BIGINT);
    private static final Set<Kind> FRACTIONAL = Set.of(Kind.FLOAT, Kind.DOUBLE, Kind.DECIMAL);

    private ImplicitCast() {}

    /** The value as one of that type; empty where the query must say how. */
    static Optional<Expression> of(Expression value, DataType to, SessionZone zone) {
        DataType from = value.type();
        if (from.kind() == Kind.NULL) {
            return Optional.of(new Expression.Null(to.withNullable(true)));
        }
        boolean same = from.withNullable(true).equals(to.withNullable(true));
        boolean sameBytes = from.isText() && to.isText() || isBinary(from) && isBinary(to);
        // All values of these kinds lie in memory alike.
        boolean alike = from.kind() == to.kind()
                && switch (from.kind()) {
                    case TIMESTAMP, TIMESTAMP_LTZ, TIME, ARRAY, MAP, MULTISET, ROW -> true;
                    default -> false;
                };
        boolean wider = WHOLE.contains(from.kind())
                && WHOLE.contains(to.kind())
                && WHOLE.indexOf(from.kind()) <= WHOLE.indexOf(to.kind());
        if (same || sameBytes || alike || wider) {
            return Optional.of(value);
        }
        boolean toFraction = (WHOLE.contains(from.kind()) || FRACTIONAL.contains(from.kind()))
                && FRACTIONAL.contains(to.kind())
                && !(from.kind() == Kind.DOUBLE && to.kind() == Kind.FLOAT);
        boolean betweenTimes = isTime(from) && (to.kind() == Kind.TIMESTAMP || to.kind() == Kind.TIMESTAMP_LTZ);
        return toFraction || betweenTimes
                ? Optional.of(zone.call("CAST", List.of(value), to.withNullable(from.nullable())))
                : Optional.empty();
    }

    private static boolean isBinary(DataType type) {
        return type.kind() == Kind.BINARY || type.kind() == Kind.VARBINARY;
    }

    private static boolean isTime(DataType type) {
        return type.kind() == Kind.DATE || type.kind() == Kind.TIMESTAMP || type.kind() == Kind.TIMESTAMP_LTZ;
    }
}
