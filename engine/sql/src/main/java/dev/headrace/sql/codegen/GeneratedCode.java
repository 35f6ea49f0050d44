package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.expression.Program;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles expressions to bytecode: a hidden class a program, in which every computed projection and every conjunct of the
 * condition is a method with a loop over the rows, small enough for the JIT, as {@link Parts} of large ones are methods too.
 * Columns passed as they are cost no code.
 */
public final class GeneratedCode implements ExpressionCompiler {
    private static final ClassDesc SELF = ClassDesc.of("dev.headrace.sql.codegen.Program");
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();
    private static final ClassDesc INTS = ClassDesc.ofDescriptor("[I");
    private static final ClassDesc BATCH = ExpressionCode.desc(Batch.class);
    private static final ClassDesc COLUMN = ExpressionCode.desc(Column.class);
    private static final ClassDesc HEAP = ExpressionCode.desc(ByteHeap.class);
    private static final MethodTypeDesc FILTER = MethodTypeDesc.of(CD_int, BATCH, INTS, CD_int, INTS);
    private static final MethodTypeDesc PROJECT = MethodTypeDesc.of(CD_void, BATCH, INTS, CD_int, COLUMN);
    private static final MethodTypeDesc CONSTRUCTOR = MethodTypeDesc.of(CD_void, OBJECTS);

    private final InstantSource clock;

    public GeneratedCode(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Program compile(List<DataType> inputs, Optional<Expression> condition, List<Expression> projections) {
        List<Expression> filters = condition.map(GeneratedCode::conjuncts).orElse(List.of());
        List<Expression> computed = projections.stream()
                .filter(p -> !(p instanceof Expression.Input))
                .toList();
        RowInputs.Constants constants = new RowInputs.Constants();
        try {
            Optional<Kernels> kernels = filters.isEmpty() && computed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(generate(filters, computed, constants));
            return new GeneratedProgram(kernels, filters, projections, constants.functions(), clock);
        } catch (RuntimeException | Error e) {
            GeneratedProgram.closeAll(constants.functions());
            throw e;
        }
    }

    /** Cheap ones first: comparisons of numbers, then of text, then the rest, each in the order written. */
    private static List<Expression> conjuncts(Expression condition) {
        List<Expression> all = new ArrayList<>();
        collect(condition, all);
        all.sort((a, b) -> Integer.compare(cost(a), cost(b)));
        return all;
    }

    private static void collect(Expression condition, List<Expression> all) {
        if (condition instanceof Expression.Call call && call.function().equals("AND")) {
            call.operands().forEach(o -> collect(o, all));
        } else {
            all.add(condition);
        }
    }

    private static int cost(Expression expression) {
        return switch (expression) {
            case Expression.Input(int _, DataType type) -> type.isText() ? 2 : 1;
            case Expression.Literal _, Expression.Null _ -> 0;
            case Expression.UserCall _ -> 1000;
            case Expression.Call call -> {
                boolean method = Builtins.find(call.function()).isPresent()
                        || call.type().isText();
                int own = method ? 100 : 1;
                yield own
                        + call.operands().stream().mapToInt(GeneratedCode::cost).sum();
            }
        };
    }

    private static Kernels generate(
            List<Expression> filters, List<Expression> computed, RowInputs.Constants constants) {
        byte[] bytes = ClassFile.of().build(SELF, type -> {
            type.withFlags(ClassFile.ACC_FINAL);
            type.withInterfaceSymbols(ExpressionCode.desc(Kernels.class));
            type.withField("constants", OBJECTS, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
            type.withField("now", CD_long, 0);
            constructor(type);
            Parts parts = new Parts();
            for (int i = 0; i < filters.size(); i++) {
                Expression filter = parts.takeApart(filters.get(i));
                type.withMethodBody(
                        "filter" + i, FILTER, ClassFile.ACC_PRIVATE, code -> filter(code, filter, parts, constants));
            }
            for (int i = 0; i < computed.size(); i++) {
                Expression projection = parts.takeApart(computed.get(i));
                type.withMethodBody(
                        "project" + i,
                        PROJECT,
                        ClassFile.ACC_PRIVATE,
                        code -> project(code, projection, parts, constants));
            }
            PartCode.emit(type, SELF, parts, constants);
            dispatch(type, "filter", FILTER, filters.size());
            dispatch(type, "project", PROJECT, computed.size());
            clock(type);
        });
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
            return (Kernels) lookup.findConstructor(
                            lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class, Object[].class))
                    .invoke(constants.toArray());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("generated code does not load", e);
        }
    }

    private static void constructor(ClassBuilder type) {
        type.withMethodBody(
                ConstantDescs.INIT_NAME,
                CONSTRUCTOR,
                0,
                code -> code.aload(0)
                        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                        .aload(0)
                        .aload(1)
                        .putfield(SELF, "constants", OBJECTS)
                        .return_());
    }

    private static void clock(ClassBuilder type) {
        type.withMethodBody(
                "now",
                MethodTypeDesc.of(CD_void, CD_long),
                ClassFile.ACC_PUBLIC,
                code -> code.aload(0).lload(1).putfield(SELF, "now", CD_long).return_());
    }

    /** The interface's method: calls the method of that number. */
    private static void dispatch(ClassBuilder type, String name, MethodTypeDesc target, int count) {
        MethodTypeDesc own = target.insertParameterTypes(0, CD_int);
        type.withMethodBody(name, own, ClassFile.ACC_PUBLIC, code -> {
            for (int i = 0; i < count; i++) {
                Label next = code.newLabel();
                code.iload(1).loadConstant(i).if_icmpne(next);
                code.aload(0).aload(2).aload(3).iload(4).aload(5).invokevirtual(SELF, name + i, target);
                code.return_(target.returnType().equals(CD_int) ? TypeKind.INT : TypeKind.VOID);
                code.labelBinding(next);
            }
            if (target.returnType().equals(CD_int)) {
                code.iconst_0().ireturn();
            } else {
                code.return_();
            }
        });
    }

    /** {@code for (i = 0; i < count; i++) { row = selection == null ? i : selection[i]; body }}. */
    private static void loop(CodeBuilder code, RowInputs inputs, Runnable body) {
        int i = code.allocateLocal(TypeKind.INT);
        Label start = code.newLabel();
        Label end = code.newLabel();
        Label dense = code.newLabel();
        Label go = code.newLabel();
        code.iconst_0().istore(i);
        code.labelBinding(start);
        code.iload(i).iload(3).if_icmpge(end);
        code.aload(2).ifnull(dense);
        code.aload(2).iload(i).iaload().istore(inputs.row()).goto_(go);
        code.labelBinding(dense).iload(i).istore(inputs.row());
        code.labelBinding(go);
        body.run();
        code.iinc(i, 1).goto_(start);
        code.labelBinding(end);
    }

    private static void filter(CodeBuilder code, Expression expression, Parts parts, RowInputs.Constants constants) {
        RowInputs inputs = new RowInputs(code, SELF, constants, expression);
        int passing = code.allocateLocal(TypeKind.INT);
        code.iconst_0().istore(passing);
        int heap = code.allocateLocal(TypeKind.REFERENCE);
        inputs.loadConstant(code, new ByteHeap(64), HEAP);
        code.astore(heap);
        code.aload(heap).invokevirtual(HEAP, "clear", ConstantDescs.MTD_void);
        inputs.useHeap(heap);
        loop(code, inputs, () -> {
            Value value = new ExpressionCode(code, inputs, parts).emit(expression);
            Label next = code.newLabel();
            if (value.canBeNull()) {
                code.iload(value.nullFlag()).ifne(next);
            }
            code.lload(value.a()).lconst_0().lcmp().ifeq(next);
            code.aload(4).iload(passing).iload(inputs.row()).iastore().iinc(passing, 1);
            code.labelBinding(next);
        });
        code.iload(passing).ireturn();
    }

    private static void project(CodeBuilder code, Expression expression, Parts parts, RowInputs.Constants constants) {
        RowInputs inputs = new RowInputs(code, SELF, constants, expression);
        Representation representation = Representation.of(expression.type());
        int values = code.allocateLocal(TypeKind.REFERENCE);
        code.aload(4)
                .invokevirtual(COLUMN, "values", MethodTypeDesc.of(ExpressionCode.LONG_ARRAY))
                .astore(values);
        int heap = code.allocateLocal(TypeKind.REFERENCE);
        if (representation == Representation.BYTES || representation == Representation.WIDE) {
            code.aload(4)
                    .invokevirtual(COLUMN, "ownHeap", MethodTypeDesc.of(HEAP))
                    .astore(heap);
        } else {
            inputs.loadConstant(code, new ByteHeap(64), HEAP);
            code.astore(heap);
            code.aload(heap).invokevirtual(HEAP, "clear", ConstantDescs.MTD_void);
        }
        inputs.useHeap(heap);
        loop(code, inputs, () -> {
            Value value = new ExpressionCode(code, inputs, parts).emit(expression);
            Label next = code.newLabel();
            if (value.canBeNull()) {
                Label present = code.newLabel();
                code.iload(value.nullFlag()).ifeq(present);
                code.aload(4)
                        .iload(inputs.row())
                        .invokevirtual(COLUMN, "setNull", MethodTypeDesc.of(CD_void, CD_int))
                        .goto_(next);
                code.labelBinding(present);
            }
            code.aload(values).iload(inputs.row());
            switch (representation) {
                case LONG -> code.lload(value.a());
                case DOUBLE ->
                    code.dload(value.a())
                            .invokestatic(
                                    ExpressionCode.desc(Double.class),
                                    "doubleToRawLongBits",
                                    MethodTypeDesc.of(CD_long, ConstantDescs.CD_double));
                case BYTES ->
                    code.aload(heap)
                            .aload(value.b())
                            .lload(value.a())
                            .invokestatic(
                                    ExpressionCode.desc(GeneratedCode.class),
                                    "place",
                                    MethodTypeDesc.of(CD_long, HEAP, ExpressionCode.BYTE_ARRAY, CD_long));
                case WIDE ->
                    code.aload(heap)
                            .lload(value.a())
                            .lload(value.b())
                            .invokestatic(
                                    ExpressionCode.desc(Decimals.class),
                                    "place",
                                    MethodTypeDesc.of(CD_long, HEAP, CD_long, CD_long));
            }
            code.lastore();
            code.labelBinding(next);
        });
        if (representation == Representation.BYTES || representation == Representation.WIDE) {
            code.aload(4)
                    .aload(heap)
                    .invokevirtual(HEAP, "bytes", MethodTypeDesc.of(ExpressionCode.BYTE_ARRAY))
                    .invokevirtual(COLUMN, "shareHeap", MethodTypeDesc.of(CD_void, ExpressionCode.BYTE_ARRAY));
        }
        code.return_();
    }

    /** The slice of a value in the output's heap: as it is if it lies there, else of a copy. */
    static long place(ByteHeap heap, byte[] bytes, long slice) {
        return bytes == heap.bytes() ? slice : heap.append(bytes, slice);
    }
}
