/**
 * The format {@code debezium-json}: rows of changes as Debezium writes them.
 *
 * <p>Read: {@code op} c and r insert {@code after}, d deletes {@code before}, u is -U of {@code before} and +U of {@code
 * after}. Written, as Flink does: +I and +U as a change c with {@code after}, -D and -U as a change d with {@code before}.
 *
 * <p>Options: {@code schema-include} = true where messages hold their schema and the change lies in {@code payload}; and
 * {@code ignore-parse-errors}, {@code timestamp-format.standard}, {@code map-null-key.mode}, {@code map-null-key.literal},
 * {@code encode.decimal-as-plain-number}, {@code encode.ignore-null-fields} of the format {@code json}.
 */
package dev.headrace.format.debezium;
