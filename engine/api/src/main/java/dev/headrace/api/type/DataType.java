package dev.headrace.api.type;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A SQL type. {@code precision} and {@code scale} have the SQL meaning where the kind has them and are 0 elsewhere
 * (CHAR and VARCHAR: length, {@link #MAX_LENGTH} for STRING). {@code fields} are the fields of a ROW, the one element
 * of an ARRAY or MULTISET, the key and the value of a MAP, and empty elsewhere.
 */
public record DataType(Kind kind, boolean nullable, int precision, int scale, List<Field> fields) {
    public static final int MAX_LENGTH = Integer.MAX_VALUE;
    /** Digits of the largest decimal that is kept as its unscaled value in one long. */
    public static final int MAX_NARROW_DECIMAL = 18;

    public static final DataType BOOLEAN = of(Kind.BOOLEAN);
    public static final DataType TINYINT = of(Kind.TINYINT);
    public static final DataType SMALLINT = of(Kind.SMALLINT);
    public static final DataType INT = of(Kind.INT);
    public static final DataType BIGINT = of(Kind.BIGINT);
    public static final DataType FLOAT = of(Kind.FLOAT);
    public static final DataType DOUBLE = of(Kind.DOUBLE);
    public static final DataType STRING = new DataType(Kind.VARCHAR, true, MAX_LENGTH, 0, List.of());
    public static final DataType BYTES = new DataType(Kind.VARBINARY, true, MAX_LENGTH, 0, List.of());
    public static final DataType DATE = of(Kind.DATE);

    public DataType {
        fields = List.copyOf(fields);
    }

    public static DataType of(Kind kind) {
        return new DataType(kind, true, 0, 0, List.of());
    }

    public static DataType decimal(int precision, int scale) {
        return new DataType(Kind.DECIMAL, true, precision, scale, List.of());
    }

    public static DataType timestamp(int precision) {
        return new DataType(Kind.TIMESTAMP, true, precision, 0, List.of());
    }

    public static DataType timestampLtz(int precision) {
        return new DataType(Kind.TIMESTAMP_LTZ, true, precision, 0, List.of());
    }

    public static DataType time(int precision) {
        return new DataType(Kind.TIME, true, precision, 0, List.of());
    }

    public static DataType varchar(int length) {
        return new DataType(Kind.VARCHAR, true, length, 0, List.of());
    }

    public static DataType row(List<Field> fields) {
        return new DataType(Kind.ROW, true, 0, 0, fields);
    }

    public static DataType array(DataType element) {
        return new DataType(Kind.ARRAY, true, 0, 0, List.of(new Field("element", element)));
    }

    public static DataType map(DataType key, DataType value) {
        return new DataType(Kind.MAP, true, 0, 0, List.of(new Field("key", key), new Field("value", value)));
    }

    public DataType withNullable(boolean wanted) {
        return wanted == nullable ? this : new DataType(kind, wanted, precision, scale, fields);
    }

    public DataType notNull() {
        return withNullable(false);
    }

    public Layout layout() {
        return isWideDecimal() ? Layout.BYTES : kind.layout();
    }

    public boolean isWideDecimal() {
        return kind == Kind.DECIMAL && precision > MAX_NARROW_DECIMAL;
    }

    public boolean isText() {
        return kind == Kind.CHAR || kind == Kind.VARCHAR;
    }

    /** The type as Flink's SQL writes it, for example {@code DECIMAL(10, 2) NOT NULL}. */
    @Override
    public String toString() {
        String text = switch (kind) {
            case DECIMAL -> "DECIMAL(" + precision + ", " + scale + ")";
            case CHAR -> "CHAR(" + precision + ")";
            case VARCHAR -> precision == MAX_LENGTH ? "STRING" : "VARCHAR(" + precision + ")";
            case BINARY -> "BINARY(" + precision + ")";
            case VARBINARY -> precision == MAX_LENGTH ? "BYTES" : "VARBINARY(" + precision + ")";
            case TIME, TIMESTAMP, TIMESTAMP_LTZ -> kind + "(" + precision + ")";
            case INTERVAL_YEAR_MONTH -> "INTERVAL YEAR TO MONTH";
            case INTERVAL_DAY_TIME -> "INTERVAL DAY TO SECOND";
            case ARRAY, MULTISET -> kind + "<" + fields.getFirst().type() + ">";
            case MAP -> "MAP<" + fields.get(0).type() + ", " + fields.get(1).type() + ">";
            case ROW ->
                fields.stream()
                        .map(f -> "`" + f.name() + "` " + f.type())
                        .collect(Collectors.joining(", ", "ROW<", ">"));
            default -> kind.toString();
        };
        return nullable ? text : text + " NOT NULL";
    }
}
