package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * CONCAT and {@code ||}, null where an argument is null, and CONCAT_WS, which leaves such arguments out and is null only
 * where the separator is. Any number of arguments; those that are no text are cast to it.
 */
final class ConcatCode {
    private static final ClassDesc HEAP = ExpressionCode.desc(ByteHeap.class);

    private final ExpressionCode parent;
    private final CodeBuilder code;
    private final RowInputs inputs;

    ConcatCode(ExpressionCode parent, RowInputs inputs) {
        this.parent = parent;
        this.inputs = inputs;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        List<Value> values = call.operands().stream().map(this::text).toList();
        if (!call.function().equals("CONCAT_WS")) {
            return parent.strict(values, Representation.BYTES, false, result -> {
                int start = start();
                values.forEach(this::append);
                finish(start, result);
            });
        }
        Value separator = values.getFirst();
        return parent.strict(List.of(separator), Representation.BYTES, false, result -> {
            int start = start();
            int some = parent.newInt();
            code.iconst_0().istore(some);
            for (Value value : values.subList(1, values.size())) {
                Label next = code.newLabel();
                Label first = code.newLabel();
                if (value.canBeNull()) {
                    code.iload(value.nullFlag()).ifne(next);
                }
                code.iload(some).ifeq(first);
                append(separator);
                code.labelBinding(first);
                append(value);
                code.iconst_1().istore(some).labelBinding(next);
            }
            finish(start, result);
        });
    }

    private Value text(Expression operand) {
        return parent.emit(
                operand.type().isText()
                        ? operand
                        : new Expression.Call(
                                "CAST",
                                List.of(operand),
                                DataType.STRING.withNullable(operand.type().nullable())));
    }

    /** A variable that holds where the result begins. */
    private int start() {
        int start = parent.newInt();
        inputs.loadHeap(code);
        code.invokevirtual(HEAP, "length", MethodTypeDesc.of(CD_int)).istore(start);
        return start;
    }

    private void append(Value value) {
        inputs.loadHeap(code);
        parent.load(value);
        code.invokevirtual(HEAP, "append", MethodTypeDesc.of(CD_long, ExpressionCode.BYTE_ARRAY, CD_long))
                .pop2();
    }

    private void finish(int start, Value result) {
        code.iload(start);
        inputs.loadHeap(code);
        code.invokevirtual(HEAP, "length", MethodTypeDesc.of(CD_int))
                .iload(start)
                .isub();
        code.invokestatic(ExpressionCode.desc(Slice.class), "of", MethodTypeDesc.of(CD_long, CD_int, CD_int))
                .lstore(result.a());
        inputs.loadHeapBytes(code);
        code.astore(result.b());
    }
}
