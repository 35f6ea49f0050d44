package dev.headrace.api.type;

import java.util.List;
import java.util.stream.Collectors;

/** The fields of a row, in order. */
public record Schema(List<Field> fields) {
    public Schema {
        fields = List.copyOf(fields);
    }

    public static Schema of(Field... fields) {
        return new Schema(List.of(fields));
    }

    public int size() {
        return fields.size();
    }

    public DataType type(int index) {
        return fields.get(index).type();
    }

    public String name(int index) {
        return fields.get(index).name();
    }

    /** The place of the field of that name, or -1. */
    public int indexOf(String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    public List<DataType> types() {
        return fields.stream().map(Field::type).toList();
    }

    @Override
    public String toString() {
        return fields.stream().map(f -> f.name() + " " + f.type()).collect(Collectors.joining(", ", "(", ")"));
    }
}
