/** Flink SQL's statements, by a parser generated from Calcite's template with our grammar in it. */
package dev.headrace.sql.parser;
