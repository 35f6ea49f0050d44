package dev.headrace.connect.kafka;

import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Which columns of a table lie in a record's key and which in its value.
 *
 * @param key the key's columns, with the key's own names
 * @param value the value's columns
 * @param keyColumns the key's columns by their place in the table
 * @param valueColumns the value's columns by their place in the table
 */
record RecordFields(Schema key, Schema value, List<Integer> keyColumns, List<Integer> valueColumns) {
    static RecordFields of(TableDefinition table, KafkaOptions options) {
        Schema physical = table.physical();
        List<Field> key = new ArrayList<>();
        List<Integer> keyColumns = new ArrayList<>();
        for (String name : options.keyFields()) {
            int column = physical.indexOf(name);
            keyColumns.add(column);
            key.add(new Field(name.substring(options.keyPrefix().length()), physical.type(column)));
        }
        List<Field> value = new ArrayList<>();
        List<Integer> valueColumns = new ArrayList<>();
        for (int i = 0; i < physical.size(); i++) {
            if (options.keyInValue() || !keyColumns.contains(i)) {
                valueColumns.add(i);
                value.add(physical.fields().get(i));
            }
        }
        return new RecordFields(new Schema(key), new Schema(value), keyColumns, valueColumns);
    }

    /** The place of a table's column in the value, or -1. */
    int inValue(int column) {
        return valueColumns.indexOf(column);
    }

    /** The place of a table's column in the key, or -1. */
    int inKey(int column) {
        return keyColumns.indexOf(column);
    }
}
