package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Calls of users' functions: found by reflection once, called directly. Text becomes a String only here. */
final class UserCallCode {
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
        for (int i = 0; i < call.operands().size(); i++) {
            Expression operand = call.operands().get(i);
            boolean floating =
                    eval.getParameterTypes()[i] == double.class || eval.getParameterTypes()[i] == float.class;
            arguments.add(floating ? new ArithmeticCode(parent).toDouble(operand) : parent.emit(operand));
        }
        Representation representation = Representation.of(call.type());
        boolean object = !eval.getReturnType().isPrimitive();
        return parent.strict(arguments, representation, object, result -> {
            inputs.loadConstant(code, function, ExpressionCode.desc(function.getClass()));
            for (int i = 0; i < arguments.size(); i++) {
                argument(call, arguments.get(i), eval.getParameterTypes()[i]);
            }
            code.invokevirtual(
                    ExpressionCode.desc(function.getClass()),
                    "eval",
                    MethodTypeDesc.of(
                            ExpressionCode.desc(eval.getReturnType()),
                            Arrays.stream(eval.getParameterTypes())
                                    .map(ExpressionCode::desc)
                                    .toList()));
            result(call, eval.getReturnType(), result);
        });
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
        for (Method method : type.getMethods()) {
            if (method.getName().equals("eval") && fits(call.operands(), method.getParameterTypes())) {
                return method;
            }
        }
        throw UserError.request("function '" + call.name() + "' has no eval that takes ("
                + String.join(
                        ", ",
                        call.operands().stream().map(o -> o.type().toString()).toList())
                + ")");
    }

    private static boolean fits(List<Expression> operands, Class<?>[] parameters) {
        if (operands.size() != parameters.length) {
            return false;
        }
        for (int i = 0; i < parameters.length; i++) {
            Class<?> parameter = parameters[i];
            boolean fits = switch (operands.get(i).type().kind()) {
                case CHAR, VARCHAR -> parameter == String.class;
                case BOOLEAN -> parameter == boolean.class;
                case TINYINT, SMALLINT, INT ->
                    parameter == int.class || parameter == long.class || parameter == double.class;
                case BIGINT -> parameter == long.class || parameter == double.class;
                case FLOAT, DOUBLE -> parameter == double.class || parameter == float.class;
                case DECIMAL -> parameter == double.class;
                default -> false;
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private void argument(Expression.UserCall call, Value value, Class<?> parameter) {
        parent.load(value);
        switch (parameter.getName()) {
            case "long", "double" -> {}
            case "int", "boolean" -> code.l2i();
            case "float" -> code.d2f();
            default ->
                code.invokestatic(
                        ExpressionCode.desc(TextFunctions.class),
                        "string",
                        MethodTypeDesc.of(ConstantDescs.CD_String, ExpressionCode.BYTE_ARRAY, CD_long));
        }
    }

    private void result(Expression.UserCall call, Class<?> type, Value result) {
        switch (type.getName()) {
            case "long" -> code.lstore(result.a());
            case "int", "short", "byte", "boolean" -> code.i2l().lstore(result.a());
            case "double" -> code.dstore(result.a());
            case "float" -> code.f2d().dstore(result.a());
            case "java.lang.String" -> {
                inputs.loadHeap(code);
                code.invokestatic(
                                ExpressionCode.desc(UserCallCode.class),
                                "append",
                                MethodTypeDesc.of(
                                        CD_long, ConstantDescs.CD_String, ExpressionCode.desc(ByteHeap.class)))
                        .lstore(result.a());
                inputs.loadHeapBytes(code);
                code.astore(result.b());
                parent.nullIfMarked(result);
            }
            default ->
                throw UserError.request("function '" + call.name() + "': a result of type " + type.getName()
                        + " is not there yet; use long, int, double, boolean or String");
        }
    }

    static long append(String text, ByteHeap out) {
        return text == null ? Builtins.NULL : out.append(text);
    }
}
