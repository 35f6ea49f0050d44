package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * The methods of {@link Parts}: each takes the batch, the row and the heap to append to, returns the null flag, and
 * leaves the value in fields of the program, which runs in one thread.
 */
final class PartCode {
    private static final ClassDesc HEAP = ExpressionCode.desc(ByteHeap.class);
    private static final MethodTypeDesc METHOD =
            MethodTypeDesc.of(CD_int, ExpressionCode.desc(Batch.class), CD_int, HEAP);

    private PartCode() {}

    static void emit(ClassBuilder type, ClassDesc self, Parts parts, RowInputs.Constants constants) {
        if (parts.all().isEmpty()) {
            return;
        }
        type.withField("partA", CD_long, ClassFile.ACC_PRIVATE);
        type.withField("partB", CD_long, ClassFile.ACC_PRIVATE);
        type.withField("partBytes", ExpressionCode.BYTE_ARRAY, ClassFile.ACC_PRIVATE);
        for (int i = 0; i < parts.all().size(); i++) {
            Expression part = parts.all().get(i);
            type.withMethodBody("part" + i, METHOD, ClassFile.ACC_PRIVATE, code -> {
                RowInputs inputs = new RowInputs(code, self, constants, part);
                code.iload(2).istore(inputs.row());
                inputs.useHeap(3);
                giveBack(code, self, new ExpressionCode(code, inputs, parts).emitHere(part));
            });
        }
    }

    private static void giveBack(CodeBuilder code, ClassDesc self, Value value) {
        code.aload(0);
        if (value.representation() == Representation.DOUBLE) {
            code.dload(value.a())
                    .invokestatic(
                            ExpressionCode.desc(Double.class),
                            "doubleToRawLongBits",
                            MethodTypeDesc.of(CD_long, ConstantDescs.CD_double));
        } else {
            code.lload(value.a());
        }
        code.putfield(self, "partA", CD_long);
        if (value.representation() == Representation.WIDE) {
            code.aload(0).lload(value.b()).putfield(self, "partB", CD_long);
        } else if (value.representation() == Representation.BYTES) {
            code.aload(0).aload(value.b()).putfield(self, "partBytes", ExpressionCode.BYTE_ARRAY);
        }
        if (value.canBeNull()) {
            code.iload(value.nullFlag());
        } else {
            code.iconst_0();
        }
        code.ireturn();
    }

    /** Calls a part for the row at hand. */
    static Value call(ExpressionCode parent, RowInputs inputs, int number, DataType type) {
        CodeBuilder code = parent.code;
        Value value = parent.fresh(Representation.of(type), true);
        code.aload(0).aload(1).iload(inputs.row());
        inputs.loadHeap(code);
        code.invokevirtual(inputs.self(), "part" + number, METHOD).istore(value.nullFlag());
        code.aload(0).getfield(inputs.self(), "partA", CD_long);
        switch (value.representation()) {
            case LONG -> code.lstore(value.a());
            case DOUBLE ->
                code.invokestatic(
                                ExpressionCode.desc(Double.class),
                                "longBitsToDouble",
                                MethodTypeDesc.of(ConstantDescs.CD_double, CD_long))
                        .dstore(value.a());
            case BYTES -> {
                code.lstore(value.a());
                code.aload(0)
                        .getfield(inputs.self(), "partBytes", ExpressionCode.BYTE_ARRAY)
                        .astore(value.b());
            }
            case WIDE -> {
                code.lstore(value.a());
                code.aload(0).getfield(inputs.self(), "partB", CD_long).lstore(value.b());
            }
        }
        return value;
    }
}
