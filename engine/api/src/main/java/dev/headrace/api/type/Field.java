package dev.headrace.api.type;

/** A named, typed place in a row. */
public record Field(String name, DataType type) {}
