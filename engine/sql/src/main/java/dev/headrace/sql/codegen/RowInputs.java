package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a generated loop reads: arrays of input columns and constants of the class, taken into local variables before the
 * loop. Parameters of the method: 0 this, 1 the batch, and of a loop 2 the selection, 3 the count, 4 what is written.
 */
final class RowInputs {
    private static final ClassDesc BATCH = ExpressionCode.desc(Batch.class);
    private static final ClassDesc COLUMN = ExpressionCode.desc(Column.class);
    private static final ClassDesc HEAP = ExpressionCode.desc(ByteHeap.class);
    private static final ClassDesc BOOLEANS = ClassDesc.ofDescriptor("[Z");
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();
    private static final byte[] EMPTY = {};

    /** Variables of an input column: its values, its null flags (null for none), its bytes; -1 where not needed. */
    private record ColumnVariables(int values, int nulls, int heap) {}

    private final ClassDesc self;
    private final Constants constants;
    private final Map<Integer, ColumnVariables> columns = new LinkedHashMap<>();
    private final int row;
    private int heap = -1;

    /** The constants of a class, in its field {@code constants}. */
    static final class Constants {
        private final List<Object> values = new ArrayList<>();
        private final Map<String, ScalarFunction> functions = new LinkedHashMap<>();

        int add(Object value) {
            values.add(value);
            return values.size() - 1;
        }

        /** The program's one instance of a user's function: code may be emitted twice, a function is opened once. */
        ScalarFunction function(String className, Function<String, ScalarFunction> open) {
            ScalarFunction known = functions.get(className);
            if (known == null) {
                known = open.apply(className);
                functions.put(className, known);
            }
            return known;
        }

        List<ScalarFunction> functions() {
            return List.copyOf(functions.values());
        }

        Object[] toArray() {
            return values.toArray();
        }
    }

    RowInputs(CodeBuilder code, ClassDesc self, Constants constants, Expression expression) {
        this.self = self;
        this.constants = constants;
        row = code.allocateLocal(TypeKind.INT);
        Map<Integer, DataType> types = new LinkedHashMap<>();
        collect(expression, types);
        for (int index : new TreeSet<>(types.keySet())) {
            columns.put(index, variables(code, index, types.get(index)));
        }
    }

    private static void collect(Expression expression, Map<Integer, DataType> types) {
        switch (expression) {
            case Expression.Input(int index, DataType type) -> types.put(index, type);
            case Expression.Call call -> call.operands().forEach(o -> collect(o, types));
            case Expression.UserCall call -> call.operands().forEach(o -> collect(o, types));
            case Expression.Literal _, Expression.Null _ -> {}
        }
    }

    private ColumnVariables variables(CodeBuilder code, int index, DataType type) {
        int column = code.allocateLocal(TypeKind.REFERENCE);
        code.aload(1).loadConstant(index).invokevirtual(BATCH, "column", MethodTypeDesc.of(COLUMN, CD_int));
        code.astore(column);
        int values = code.allocateLocal(TypeKind.REFERENCE);
        code.aload(column).invokevirtual(COLUMN, "values", MethodTypeDesc.of(ExpressionCode.LONG_ARRAY));
        code.astore(values);
        int nulls = code.allocateLocal(TypeKind.REFERENCE);
        Label none = code.newLabel();
        Label end = code.newLabel();
        code.aload(column)
                .invokevirtual(COLUMN, "hasNulls", MethodTypeDesc.of(CD_boolean))
                .ifeq(none);
        code.aload(column)
                .invokevirtual(COLUMN, "nulls", MethodTypeDesc.of(BOOLEANS))
                .astore(nulls);
        code.goto_(end).labelBinding(none).aconst_null().astore(nulls).labelBinding(end);
        int bytes = -1;
        if (Representation.of(type) == Representation.BYTES || Representation.of(type) == Representation.WIDE) {
            bytes = code.allocateLocal(TypeKind.REFERENCE);
            code.aload(column).invokevirtual(COLUMN, "heap", MethodTypeDesc.of(ExpressionCode.BYTE_ARRAY));
            code.astore(bytes);
        }
        return new ColumnVariables(values, nulls, bytes);
    }

    /** The class that is generated. */
    ClassDesc self() {
        return self;
    }

    /** The variable of the row number. */
    int row() {
        return row;
    }

    /** Has the loop append to this heap, a variable. */
    void useHeap(int variable) {
        heap = variable;
    }

    /** A column's value in the row at hand. */
    Value read(CodeBuilder code, int index, DataType type) {
        ColumnVariables column = columns.get(index);
        Representation representation = Representation.of(type);
        int flag = Value.NEVER;
        if (type.nullable()) {
            flag = code.allocateLocal(TypeKind.INT);
            Label none = code.newLabel();
            Label end = code.newLabel();
            code.aload(column.nulls()).ifnull(none);
            code.aload(column.nulls()).iload(row).baload().istore(flag).goto_(end);
            code.labelBinding(none).iconst_0().istore(flag).labelBinding(end);
        }
        switch (representation) {
            case LONG -> {
                int a = code.allocateLocal(TypeKind.LONG);
                code.aload(column.values()).iload(row).laload().lstore(a);
                return new Value(representation, a, -1, flag);
            }
            case DOUBLE -> {
                int a = code.allocateLocal(TypeKind.DOUBLE);
                code.aload(column.values()).iload(row).laload();
                code.invokestatic(
                        ExpressionCode.desc(Double.class),
                        "longBitsToDouble",
                        MethodTypeDesc.of(ConstantDescs.CD_double, CD_long));
                code.dstore(a);
                return new Value(representation, a, -1, flag);
            }
            case BYTES -> {
                int a = code.allocateLocal(TypeKind.LONG);
                code.aload(column.values()).iload(row).laload().lstore(a);
                return new Value(representation, a, column.heap(), flag);
            }
            case WIDE -> {
                return wide(code, column, flag);
            }
        }
        throw new IllegalStateException();
    }

    private Value wide(CodeBuilder code, ColumnVariables column, int flag) {
        int a = code.allocateLocal(TypeKind.LONG);
        int b = code.allocateLocal(TypeKind.LONG);
        code.lconst_0().lstore(a).lconst_0().lstore(b);
        Label end = code.newLabel();
        if (flag != Value.NEVER) {
            code.iload(flag).ifne(end);
        }
        for (int half = 0; half < 2; half++) {
            code.aload(column.heap()).aload(column.values()).iload(row).laload();
            code.invokestatic(
                    ExpressionCode.desc(Decimals.class),
                    half == 0 ? "high" : "low",
                    MethodTypeDesc.of(CD_long, ExpressionCode.BYTE_ARRAY, CD_long));
            code.lstore(half == 0 ? a : b);
        }
        code.labelBinding(end);
        return new Value(Representation.WIDE, a, b, flag);
    }

    /** Pushes a constant of the class. */
    void loadConstant(CodeBuilder code, Object value, ClassDesc type) {
        int index = constants.add(value);
        code.aload(0)
                .getfield(self, "constants", OBJECTS)
                .loadConstant(index)
                .aaload()
                .checkcast(type);
    }

    ScalarFunction function(String className, Function<String, ScalarFunction> open) {
        return constants.function(className, open);
    }

    void loadEmptyBytes(CodeBuilder code) {
        loadConstant(code, EMPTY, ExpressionCode.BYTE_ARRAY);
    }

    /** Pushes a {@code long[2]} that is used again and again. */
    void loadPair(CodeBuilder code) {
        loadConstant(code, new long[2], ExpressionCode.LONG_ARRAY);
    }

    /** Pushes the heap that results are appended to. */
    void loadHeap(CodeBuilder code) {
        code.aload(heap);
    }

    void loadHeapBytes(CodeBuilder code) {
        code.aload(heap).invokevirtual(HEAP, "bytes", MethodTypeDesc.of(ExpressionCode.BYTE_ARRAY));
    }

    /** Pushes the time of the batch, in microseconds. */
    void loadNow(CodeBuilder code) {
        code.aload(0).getfield(self, "now", CD_long);
    }
}
