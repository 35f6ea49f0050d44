package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Calls of {@link Builtins}: the method that computes the function, with its arguments on the stack. */
final class BuiltinCode {
    private static final ClassDesc HEAP = ExpressionCode.desc(ByteHeap.class);
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final ExpressionCode parent;
    private final CodeBuilder code;
    private final RowInputs inputs;

    BuiltinCode(ExpressionCode parent, RowInputs inputs) {
        this.parent = parent;
        code = parent.code;
        this.inputs = inputs;
    }

    Value emit(Expression.Call call) {
        Builtin builtin = Builtins.find(call.function())
                .orElseThrow(() -> UserError.request("the function " + call.function() + " is not there yet"));
        List<Expression> constants = new ArrayList<>();
        List<Value> arguments = new ArrayList<>();
        List<ClassDesc> parameters = new ArrayList<>();
        for (int i = 0; i < call.operands().size(); i++) {
            Expression operand = call.operands().get(i);
            if (builtin.literals().contains(i)) {
                constants.add(operand);
                continue;
            }
            Value value = builtin.takesDoubles() ? new ArithmeticCode(parent).toDouble(operand) : parent.emit(operand);
            if (operand.type().kind() == Kind.DATE && call.function().equals("EXTRACT")) {
                value = parent.times(value, MICROS_PER_DAY);
            }
            arguments.add(value);
            ExpressionCode.parameters(value, parameters);
        }
        boolean appends =
                builtin.result() == Builtin.Result.APPENDED || builtin.result() == Builtin.Result.APPENDED_NULLABLE;
        if (appends) {
            parameters.add(HEAP);
        }
        Representation result = Representation.of(call.type());
        if (!exists(builtin, parameters)) {
            throw UserError.request("the function " + call.function() + " does not take ("
                    + String.join(
                            ", ",
                            call.operands().stream()
                                    .map(o -> o.type().toString())
                                    .toList())
                    + ")");
        }
        Object prepared = builtin.prepare() == null ? null : builtin.prepare().apply(constants);
        boolean nullable = builtin.result() != Builtin.Result.PLAIN && builtin.result() != Builtin.Result.APPENDED;
        return parent.strict(arguments, result, nullable, value -> {
            if (prepared != null) {
                inputs.loadConstant(code, prepared, ExpressionCode.desc(builtin.owner()));
            }
            arguments.forEach(parent::load);
            if (appends) {
                inputs.loadHeap(code);
            }
            MethodTypeDesc type = MethodTypeDesc.of(result == Representation.DOUBLE ? CD_double : CD_long, parameters);
            if (prepared == null) {
                code.invokestatic(ExpressionCode.desc(builtin.owner()), builtin.method(), type);
            } else {
                code.invokevirtual(ExpressionCode.desc(builtin.owner()), builtin.method(), type);
            }
            store(value, builtin.result(), arguments);
        });
    }

    private static boolean exists(Builtin builtin, List<ClassDesc> parameters) {
        for (Method method : builtin.owner().getDeclaredMethods()) {
            if (method.getName().equals(builtin.method())) {
                List<ClassDesc> found = Arrays.stream(method.getParameterTypes())
                        .map(ExpressionCode::desc)
                        .toList();
                if (found.equals(parameters)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void store(Value value, Builtin.Result result, List<Value> arguments) {
        if (value.representation() == Representation.DOUBLE) {
            code.dstore(value.a());
            return;
        }
        code.lstore(value.a());
        switch (result) {
            case PLAIN -> {}
            case NULLABLE -> parent.nullIfMarked(value);
            case APPENDED, APPENDED_NULLABLE -> {
                inputs.loadHeapBytes(code);
                code.astore(value.b());
                if (result == Builtin.Result.APPENDED_NULLABLE) {
                    parent.nullIfMarked(value);
                }
            }
            case SLICE -> {
                Value source = arguments.stream()
                        .filter(v -> v.representation() == Representation.BYTES)
                        .findFirst()
                        .orElseThrow();
                code.aload(source.b()).astore(value.b());
                parent.nullIfMarked(value);
            }
        }
    }
}
