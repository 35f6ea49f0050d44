package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import dev.headrace.sql.function.Overloads;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Calls of users' functions: the method is found by reflection once, and called directly. Values become objects only for
 * parameters that are objects; a null argument of a primitive parameter makes the result null without a call.
 */
final class UserCallCode {
    private static final ClassDesc VALUES = ExpressionCode.desc(UserValues.class);
    private static final Set<Class<?>> FRACTIONAL = Set.of(float.class, Float.class, double.class, Double.class);

    private final ExpressionCode parent;
    private final CodeBuilder code;
    private final RowInputs inputs;

    UserCallCode(ExpressionCode parent, RowInputs inputs) {
        this.parent = parent;
        this.inputs = inputs;
        code = parent.code;
    }

    Value emit(Expression.UserCall call) {
        ScalarFunction function = inputs.function(call.className(), _ -> instance(call));
        Method eval = overload(call, function.getClass());
        List<Value> arguments = new ArrayList<>();
        List<Value> strict = new ArrayList<>();
        for (int i = 0; i < call.operands().size(); i++) {
            Expression operand = call.operands().get(i);
            Class<?> parameter = Overloads.parameter(eval, i);
            Value value = FRACTIONAL.contains(parameter)
                    ? new ArithmeticCode(parent).toDouble(operand)
                    : parent.emit(operand);
            arguments.add(value);
            if (parameter.isPrimitive()) {
                strict.add(value);
            }
        }
        Class<?> type = eval.getReturnType();
        Representation representation = type == BigDecimal.class ? Representation.WIDE : Representation.of(call.type());
        Value result = parent.strict(strict, representation, !type.isPrimitive(), value -> {
            int returned = code.allocateLocal(TypeKind.from(type).asLoadable());
            Label start = code.newBoundLabel();
            invoke(call, function, eval, arguments, returned);
            Label end = code.newBoundLabel();
            Label after = code.newLabel();
            code.goto_(after);
            Label handler = code.newBoundLabel();
            fail(call);
            code.exceptionCatch(start, end, handler, ExpressionCode.desc(Exception.class));
            code.labelBinding(after);
            code.loadLocal(TypeKind.from(type).asLoadable(), returned);
            result(call, type, returned, value);
        });
        return type == BigDecimal.class ? new ArithmeticCode(parent).narrowed(result, call.type()) : result;
    }

    private void invoke(
            Expression.UserCall call, ScalarFunction function, Method eval, List<Value> arguments, int returned) {
        inputs.loadConstant(code, function, ExpressionCode.desc(function.getClass()));
        int fixed = eval.getParameterCount() - (eval.isVarArgs() ? 1 : 0);
        for (int i = 0; i < fixed; i++) {
            argument(call.operands().get(i).type(), arguments.get(i), eval.getParameterTypes()[i]);
        }
        if (eval.isVarArgs()) {
            Class<?> element = eval.getParameterTypes()[fixed].componentType();
            TypeKind kind = TypeKind.from(element);
            code.loadConstant(arguments.size() - fixed);
            if (element.isPrimitive()) {
                code.newarray(kind);
            } else {
                code.anewarray(ExpressionCode.desc(element));
            }
            for (int i = fixed; i < arguments.size(); i++) {
                code.dup().loadConstant(i - fixed);
                argument(call.operands().get(i).type(), arguments.get(i), element);
                code.arrayStore(kind);
            }
        }
        code.invokevirtual(
                ExpressionCode.desc(function.getClass()),
                "eval",
                MethodTypeDesc.of(
                        ExpressionCode.desc(eval.getReturnType()),
                        Arrays.stream(eval.getParameterTypes())
                                .map(ExpressionCode::desc)
                                .toList()));
        code.storeLocal(TypeKind.from(eval.getReturnType()).asLoadable(), returned);
    }

    /** Throws what the exception on the stack becomes. */
    private void fail(Expression.UserCall call) {
        code.loadConstant("'" + call.name() + "' (" + call.className() + ")");
        code.invokestatic(
                        VALUES,
                        "failure",
                        MethodTypeDesc.of(
                                ExpressionCode.desc(RuntimeException.class),
                                ExpressionCode.desc(Exception.class),
                                ConstantDescs.CD_String))
                .athrow();
    }

    private static ScalarFunction instance(Expression.UserCall call) {
        try {
            ScalarFunction function = (ScalarFunction)
                    Class.forName(call.className(), true, Thread.currentThread().getContextClassLoader())
                            .getConstructor()
                            .newInstance();
            function.open();
            return function;
        } catch (ReflectiveOperationException e) {
            throw UserError.request("function '" + call.name() + "': " + call.className()
                    + " has no public constructor without arguments, or it failed: " + e.getMessage());
        }
    }

    private static Method overload(Expression.UserCall call, Class<?> type) {
        List<DataType> types = call.operands().stream().map(Expression::type).toList();
        return new Overloads(type)
                .find(types)
                .orElseThrow(() -> UserError.request("function '" + call.name() + "' has no eval that takes ("
                        + types.stream().map(DataType::toString).collect(Collectors.joining(", ")) + ")"));
    }

    /** Pushes an argument as the class of its parameter. */
    private void argument(DataType type, Value value, Class<?> parameter) {
        if (parameter.isPrimitive()) {
            parent.load(value);
            switch (parameter.getName()) {
                case "int", "boolean" -> code.l2i();
                case "short" -> code.l2i().i2s();
                case "byte" -> code.l2i().i2b();
                case "float" -> code.d2f();
                default -> {}
            }
            return;
        }
        if (type.kind() == Kind.NULL) {
            code.aconst_null();
            return;
        }
        Label isNull = code.newLabel();
        Label end = code.newLabel();
        if (value.canBeNull()) {
            code.iload(value.nullFlag()).ifne(isNull);
        }
        parent.load(value);
        List<ClassDesc> raw = new ArrayList<>();
        ExpressionCode.parameters(value, raw);
        if (parameter == BigDecimal.class) {
            code.loadConstant(type.kind() == Kind.DECIMAL ? type.scale() : 0);
            raw.add(ConstantDescs.CD_int);
        }
        String method = parameter == byte[].class ? "toBytes" : "to" + parameter.getSimpleName();
        code.invokestatic(VALUES, method, MethodTypeDesc.of(ExpressionCode.desc(parameter), raw));
        if (value.canBeNull()) {
            code.goto_(end).labelBinding(isNull).aconst_null().labelBinding(end);
        }
    }

    /** Takes the result, which is on the stack and in a variable. */
    private void result(Expression.UserCall call, Class<?> type, int returned, Value result) {
        switch (type.getName()) {
            case "long" -> code.lstore(result.a());
            case "int", "short", "byte", "boolean" -> code.i2l().lstore(result.a());
            case "double" -> code.dstore(result.a());
            case "float" -> code.f2d().dstore(result.a());
            default -> {
                Label isNull = code.newLabel();
                Label end = code.newLabel();
                code.ifnull(isNull);
                object(call, type, returned, result);
                code.goto_(end).labelBinding(isNull);
                parent.setNull(result);
                code.labelBinding(end);
            }
        }
    }

    private void object(Expression.UserCall call, Class<?> type, int returned, Value result) {
        ClassDesc own = ExpressionCode.desc(type);
        if (type == BigDecimal.class) {
            int pair = parent.newPair();
            code.aload(returned)
                    .loadConstant(call.type().scale())
                    .loadConstant(call.type().precision())
                    .aload(pair);
            code.invokestatic(
                    VALUES,
                    "from",
                    MethodTypeDesc.of(
                            ConstantDescs.CD_boolean,
                            own,
                            ConstantDescs.CD_int,
                            ConstantDescs.CD_int,
                            ExpressionCode.LONG_ARRAY));
            parent.takePair(pair, result);
            return;
        }
        code.aload(returned);
        switch (result.representation()) {
            case DOUBLE ->
                code.invokestatic(VALUES, "from", MethodTypeDesc.of(ConstantDescs.CD_double, own))
                        .dstore(result.a());
            case BYTES -> {
                inputs.loadHeap(code);
                code.invokestatic(VALUES, "from", MethodTypeDesc.of(CD_long, own, ExpressionCode.desc(ByteHeap.class)))
                        .lstore(result.a());
                inputs.loadHeapBytes(code);
                code.astore(result.b());
            }
            default ->
                code.invokestatic(VALUES, "from", MethodTypeDesc.of(CD_long, own))
                        .lstore(result.a());
        }
    }
}
