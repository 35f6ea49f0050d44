/**
 * The format {@code raw}: a record is the value of the table's one column, as it is. Text is in {@code charset} (UTF-8),
 * numbers are in the byte order that {@code endianness} says (big-endian).
 */
package dev.headrace.format.raw;
