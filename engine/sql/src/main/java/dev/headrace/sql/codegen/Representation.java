package dev.headrace.sql.codegen;

import dev.headrace.api.type.DataType;

/** How a value lies in local variables of generated code. */
enum Representation {
    LONG,
    DOUBLE,
    /** A byte array and a slice of it. */
    BYTES,
    /** A decimal of more than 18 digits: upper and lower half of 128 bits. */
    WIDE;

    static Representation of(DataType type) {
        if (type.isWideDecimal()) {
            return WIDE;
        }
        return switch (type.layout()) {
            case LONG -> LONG;
            case DOUBLE -> DOUBLE;
            case BYTES -> BYTES;
        };
    }
}
