package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Emits the code of one expression for one row. Every value is put into local variables; a null value's other variables
 * hold anything. Control flow (AND, OR, CASE) jumps, so operands that do not matter are not evaluated.
 */
final class ExpressionCode {
    static final ClassDesc BYTE_ARRAY = ClassDesc.ofDescriptor("[B");
    static final ClassDesc LONG_ARRAY = ClassDesc.ofDescriptor("[J");
    private static final ClassDesc HEAP = desc(ByteHeap.class);
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    final CodeBuilder code;
    private final RowInputs inputs;

    ExpressionCode(CodeBuilder code, RowInputs inputs) {
        this.code = code;
        this.inputs = inputs;
    }

    static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    Value emit(Expression expression) {
        return switch (expression) {
            case Expression.Input(int index, DataType type) -> inputs.read(code, index, type);
            case Expression.Literal literal -> literal(literal);
            case Expression.Null(DataType type) -> nothing(Representation.of(type));
            case Expression.Call call -> call(call);
            case Expression.UserCall call -> new UserCallCode(this, inputs).emit(call);
        };
    }

    // --- values ------------------------------------------------------------------------------------------------------

    int newLong() {
        return code.allocateLocal(TypeKind.LONG);
    }

    int newInt() {
        return code.allocateLocal(TypeKind.INT);
    }

    /** Variables for a value, all zero, with a null flag if wanted. */
    Value fresh(Representation representation, boolean nullable) {
        int a = representation == Representation.DOUBLE ? code.allocateLocal(TypeKind.DOUBLE) : newLong();
        int b = -1;
        if (representation == Representation.DOUBLE) {
            code.dconst_0().dstore(a);
        } else {
            code.lconst_0().lstore(a);
        }
        if (representation == Representation.WIDE) {
            b = newLong();
            code.lconst_0().lstore(b);
        } else if (representation == Representation.BYTES) {
            b = code.allocateLocal(TypeKind.REFERENCE);
            inputs.loadEmptyBytes(code);
            code.astore(b);
        }
        int flag = Value.NEVER;
        if (nullable) {
            flag = newInt();
            code.iconst_0().istore(flag);
        }
        return new Value(representation, a, b, flag);
    }

    private Value nothing(Representation representation) {
        Value value = fresh(representation, true);
        code.iconst_1().istore(value.nullFlag());
        return value;
    }

    void setNull(Value value) {
        code.iconst_1().istore(value.nullFlag());
    }

    /** Copies a value to variables of the same representation. */
    private void move(Value from, Value to) {
        switch (from.representation()) {
            case LONG -> code.lload(from.a()).lstore(to.a());
            case DOUBLE -> code.dload(from.a()).dstore(to.a());
            case BYTES -> code.lload(from.a()).lstore(to.a()).aload(from.b()).astore(to.b());
            case WIDE -> code.lload(from.a()).lstore(to.a()).lload(from.b()).lstore(to.b());
        }
        if (to.canBeNull()) {
            if (from.canBeNull()) {
                code.iload(from.nullFlag()).istore(to.nullFlag());
            } else {
                code.iconst_0().istore(to.nullFlag());
            }
        }
    }

    private Value literal(Expression.Literal literal) {
        Value value = fresh(Representation.of(literal.type()), false);
        switch (literal.value()) {
            case Long number -> code.loadConstant(number).lstore(value.a());
            case Double number -> code.loadConstant(number).dstore(value.a());
            case BigDecimal number -> {
                code.loadConstant(number.unscaledValue().shiftRight(64).longValue())
                        .lstore(value.a());
                code.loadConstant(number.unscaledValue().longValue()).lstore(value.b());
            }
            case String text -> bytes(text.getBytes(StandardCharsets.UTF_8), value);
            case Expression.Binary(String hex) -> bytes(HexFormat.of().parseHex(hex), value);
            default -> throw new IllegalArgumentException("literal " + literal);
        }
        return value;
    }

    private void bytes(byte[] bytes, Value value) {
        inputs.loadConstant(code, bytes, BYTE_ARRAY);
        code.astore(value.b());
        code.loadConstant(Slice.of(0, bytes.length)).lstore(value.a());
    }

    /** Jumps if any of the values is null. */
    private void ifAnyNull(List<Value> values, Label target) {
        for (Value value : values) {
            if (value.canBeNull()) {
                code.iload(value.nullFlag()).ifne(target);
            }
        }
    }

    private static boolean anyCanBeNull(List<Value> values) {
        return values.stream().anyMatch(Value::canBeNull);
    }

    /** Emits {@code body} for arguments that are not null; the result is null where one is. */
    Value strict(
            List<Value> arguments,
            Representation result,
            boolean mayBecomeNull,
            java.util.function.Consumer<Value> body) {
        boolean nullable = mayBecomeNull || anyCanBeNull(arguments);
        Value value = fresh(result, nullable);
        if (!anyCanBeNull(arguments)) {
            body.accept(value);
            return value;
        }
        Label isNull = code.newLabel();
        Label end = code.newLabel();
        ifAnyNull(arguments, isNull);
        body.accept(value);
        code.goto_(end).labelBinding(isNull);
        setNull(value);
        code.labelBinding(end);
        return value;
    }

    // --- calls -------------------------------------------------------------------------------------------------------

    private Value call(Expression.Call call) {
        List<Expression> operands = call.operands();
        return switch (call.function()) {
            case "AND" -> and(operands, false);
            case "OR" -> and(operands, true);
            case "NOT" -> not(emit(operands.getFirst()));
            case "IS NULL" -> isNull(emit(operands.getFirst()), true);
            case "IS NOT NULL" -> isNull(emit(operands.getFirst()), false);
            case "IS TRUE" -> is(emit(operands.getFirst()), true, true);
            case "IS NOT TRUE" -> is(emit(operands.getFirst()), true, false);
            case "IS FALSE" -> is(emit(operands.getFirst()), false, true);
            case "IS NOT FALSE" -> is(emit(operands.getFirst()), false, false);
            case "=", "<>", "<", "<=", ">", ">=" -> compare(call.function(), operands.get(0), operands.get(1));
            case "IS DISTINCT FROM" -> distinct(operands, true);
            case "IS NOT DISTINCT FROM" -> distinct(operands, false);
            case "CASE" -> choose(operands, call.type());
            case "IF" -> choose(operands, call.type());
            case "COALESCE", "IFNULL" -> coalesce(operands, call.type());
            case "NULLIF" ->
                choose(
                        List.of(
                                new Expression.Call("=", operands, DataType.BOOLEAN),
                                new Expression.Null(call.type()),
                                operands.getFirst()),
                        call.type());
            case "+", "-", "*", "/", "MOD", "%", "DATETIME_PLUS", "MINUS_DATE" -> new ArithmeticCode(this).emit(call);
            case "GREATEST", "LEAST" ->
                extreme(operands, call.type(), call.function().equals("GREATEST"));
            case "||", "CONCAT", "CONCAT_WS" -> new ConcatCode(this, inputs).emit(call);
            case "CAST", "TRY_CAST" -> new CastCode(this, inputs).emit(call);
            case "FLOOR", "CEIL" ->
                operands.size() == 2 ? new ArithmeticCode(this).toUnit(call) : new RoundingCode(this).emit(call);
            case "ABS", "SIGN" ->
                call.type().kind() == Kind.DECIMAL ? new ArithmeticCode(this).ofDecimal(call) : builtin(call);
            case "ROUND", "TRUNCATE" -> new RoundingCode(this).emit(call);
            case "PROCTIME", "CURRENT_TIMESTAMP", "NOW", "LOCALTIMESTAMP", "CURRENT_ROW_TIMESTAMP" -> {
                Value value = fresh(Representation.LONG, false);
                inputs.loadNow(code);
                code.lstore(value.a());
                yield value;
            }
            default -> builtin(call);
        };
    }

    private Value builtin(Expression.Call call) {
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
            Value value = builtin.takesDoubles() ? new ArithmeticCode(this).toDouble(operand) : emit(operand);
            if (operand.type().kind() == Kind.DATE && call.function().equals("EXTRACT")) {
                value = times(value, MICROS_PER_DAY);
            }
            arguments.add(value);
            parameters(value, parameters);
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
        return strict(arguments, result, nullable, value -> {
            if (prepared != null) {
                inputs.loadConstant(code, prepared, desc(builtin.owner()));
            }
            arguments.forEach(this::load);
            if (appends) {
                inputs.loadHeap(code);
            }
            MethodTypeDesc type = MethodTypeDesc.of(result == Representation.DOUBLE ? CD_double : CD_long, parameters);
            if (prepared == null) {
                code.invokestatic(desc(builtin.owner()), builtin.method(), type);
            } else {
                code.invokevirtual(desc(builtin.owner()), builtin.method(), type);
            }
            store(value, builtin.result(), arguments);
        });
    }

    private static boolean exists(Builtin builtin, List<ClassDesc> parameters) {
        for (java.lang.reflect.Method method : builtin.owner().getDeclaredMethods()) {
            if (method.getName().equals(builtin.method())) {
                List<ClassDesc> found = java.util.Arrays.stream(method.getParameterTypes())
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
            case NULLABLE -> nullIfMarked(value);
            case APPENDED, APPENDED_NULLABLE -> {
                inputs.loadHeapBytes(code);
                code.astore(value.b());
                if (result == Builtin.Result.APPENDED_NULLABLE) {
                    nullIfMarked(value);
                }
            }
            case SLICE -> {
                Value source = arguments.stream()
                        .filter(v -> v.representation() == Representation.BYTES)
                        .findFirst()
                        .orElseThrow();
                code.aload(source.b()).astore(value.b());
                nullIfMarked(value);
            }
        }
    }

    /** Makes a value null whose variable holds {@link Builtins#NULL}. */
    void nullIfMarked(Value value) {
        Label end = code.newLabel();
        code.lload(value.a()).loadConstant(Builtins.NULL).lcmp().ifne(end);
        setNull(value);
        code.labelBinding(end);
    }

    static void parameters(Value value, List<ClassDesc> parameters) {
        switch (value.representation()) {
            case LONG -> parameters.add(CD_long);
            case DOUBLE -> parameters.add(CD_double);
            case BYTES -> {
                parameters.add(BYTE_ARRAY);
                parameters.add(CD_long);
            }
            case WIDE -> {
                parameters.add(CD_long);
                parameters.add(CD_long);
            }
        }
    }

    /** Pushes a value: BYTES as array and slice, WIDE as upper and lower half. */
    void load(Value value) {
        switch (value.representation()) {
            case LONG -> code.lload(value.a());
            case DOUBLE -> code.dload(value.a());
            case BYTES -> code.aload(value.b()).lload(value.a());
            case WIDE -> code.lload(value.a()).lload(value.b());
        }
    }

    /** Pushes nothing; a variable that holds a {@code long[2]} for a 128-bit result. */
    int newPair() {
        int pair = code.allocateLocal(TypeKind.REFERENCE);
        inputs.loadPair(code);
        code.astore(pair);
        return pair;
    }

    /** Takes a 128-bit result out of a pair; the method's boolean, false for null, is on the stack. */
    void takePair(int pair, Value value) {
        Label failed = code.newLabel();
        Label end = code.newLabel();
        code.ifeq(failed);
        code.aload(pair).iconst_0().laload().lstore(value.a());
        code.aload(pair).iconst_1().laload().lstore(value.b());
        code.goto_(end).labelBinding(failed);
        setNull(value);
        code.labelBinding(end);
    }

    /** A LONG value times a constant. */
    Value multiplied(Value value, long factor) {
        return times(value, factor);
    }

    private Value times(Value value, long factor) {
        Value product = fresh(Representation.LONG, value.canBeNull());
        move(value, product);
        code.lload(product.a()).loadConstant(factor).lmul().lstore(product.a());
        return product;
    }

    // --- logic -------------------------------------------------------------------------------------------------------

    /** AND, or with {@code or} OR: the first operand that decides ends it; else null if one was null. */
    private Value and(List<Expression> operands, boolean or) {
        Value result = fresh(Representation.LONG, true);
        Label decided = code.newLabel();
        Label end = code.newLabel();
        for (Expression operand : operands) {
            Value value = emit(operand);
            Label next = code.newLabel();
            if (value.canBeNull()) {
                Label known = code.newLabel();
                code.iload(value.nullFlag()).ifeq(known);
                setNull(result);
                code.goto_(next).labelBinding(known);
            }
            code.lload(value.a()).lconst_0().lcmp();
            if (or) {
                code.ifne(decided);
            } else {
                code.ifeq(decided);
            }
            code.labelBinding(next);
        }
        code.loadConstant(or ? 0L : 1L).lstore(result.a()).goto_(end);
        code.labelBinding(decided);
        code.loadConstant(or ? 1L : 0L).lstore(result.a());
        code.iconst_0().istore(result.nullFlag());
        code.labelBinding(end);
        return result;
    }

    private Value not(Value value) {
        Value result = fresh(Representation.LONG, value.canBeNull());
        move(value, result);
        code.lconst_1().lload(value.a()).lsub().lstore(result.a());
        return result;
    }

    private Value isNull(Value value, boolean wanted) {
        Value result = fresh(Representation.LONG, false);
        if (!value.canBeNull()) {
            code.loadConstant(wanted ? 0L : 1L).lstore(result.a());
            return result;
        }
        code.iload(value.nullFlag()).i2l();
        if (!wanted) {
            code.loadConstant(1L).lxor();
        }
        code.lstore(result.a());
        return result;
    }

    /** IS [NOT] TRUE, IS [NOT] FALSE: never null. */
    private Value is(Value value, boolean truth, boolean wanted) {
        Value result = fresh(Representation.LONG, false);
        Label no = code.newLabel();
        Label end = code.newLabel();
        if (value.canBeNull()) {
            code.iload(value.nullFlag()).ifne(no);
        }
        code.lload(value.a()).lconst_0().lcmp();
        if (truth) {
            code.ifeq(no);
        } else {
            code.ifne(no);
        }
        code.loadConstant(wanted ? 1L : 0L).lstore(result.a()).goto_(end);
        code.labelBinding(no);
        code.loadConstant(wanted ? 0L : 1L).lstore(result.a());
        code.labelBinding(end);
        return result;
    }

    // --- comparison --------------------------------------------------------------------------------------------------

    private Value compare(String operator, Expression left, Expression right) {
        List<Value> values = aligned(left, right);
        return strict(values, Representation.LONG, false, result -> {
            pushComparison(operator, values.get(0), values.get(1));
            code.i2l().lstore(result.a());
        });
    }

    /** Both operands in the same representation, decimals at the same scale. */
    private List<Value> aligned(Expression left, Expression right) {
        return new ArithmeticCode(this).aligned(left, right);
    }

    /** Pushes 1 or 0. */
    private void pushComparison(String operator, Value a, Value b) {
        if (a.representation() == Representation.BYTES && (operator.equals("=") || operator.equals("<>"))) {
            load(a);
            load(b);
            code.invokestatic(
                    desc(TextFunctions.class),
                    "equal",
                    MethodTypeDesc.of(CD_boolean, BYTE_ARRAY, CD_long, BYTE_ARRAY, CD_long));
            if (operator.equals("<>")) {
                code.iconst_1().ixor();
            }
            return;
        }
        load(a);
        load(b);
        switch (a.representation()) {
            case LONG -> code.lcmp();
            case DOUBLE -> code.dcmpl();
            case BYTES ->
                code.invokestatic(
                        desc(TextFunctions.class),
                        "compare",
                        MethodTypeDesc.of(CD_int, BYTE_ARRAY, CD_long, BYTE_ARRAY, CD_long));
            case WIDE ->
                code.invokestatic(
                        desc(Decimals.class), "compare", MethodTypeDesc.of(CD_int, CD_long, CD_long, CD_long, CD_long));
        }
        Opcode jump = switch (operator) {
            case "=" -> Opcode.IFEQ;
            case "<>" -> Opcode.IFNE;
            case "<" -> Opcode.IFLT;
            case "<=" -> Opcode.IFLE;
            case ">" -> Opcode.IFGT;
            default -> Opcode.IFGE;
        };
        code.ifThenElse(jump, CodeBuilder::iconst_1, CodeBuilder::iconst_0);
    }

    private Value distinct(List<Expression> operands, boolean wanted) {
        List<Value> values = aligned(operands.get(0), operands.get(1));
        Value result = fresh(Representation.LONG, false);
        Label someNull = code.newLabel();
        Label end = code.newLabel();
        ifAnyNull(values, someNull);
        pushComparison(wanted ? "<>" : "=", values.get(0), values.get(1));
        code.i2l().lstore(result.a()).goto_(end);
        code.labelBinding(someNull);
        pushFlag(values.get(0));
        pushFlag(values.get(1));
        code.ixor();
        if (!wanted) {
            code.iconst_1().ixor();
        }
        code.i2l().lstore(result.a());
        code.labelBinding(end);
        return result;
    }

    private void pushFlag(Value value) {
        if (value.canBeNull()) {
            code.iload(value.nullFlag());
        } else {
            code.iconst_0();
        }
    }

    // --- choice ------------------------------------------------------------------------------------------------------

    /** An operand's value as the type of the result. */
    private Value as(Expression operand, DataType type) {
        if (operand instanceof Expression.Null) {
            return nothing(Representation.of(type));
        }
        boolean same = Representation.of(operand.type()) == Representation.of(type)
                && (type.kind() != Kind.DECIMAL
                        || operand.type().scale() == type.scale()
                                && operand.type().kind() == Kind.DECIMAL);
        return emit(same ? operand : new Expression.Call("CAST", List.of(operand), type));
    }

    private Value choose(List<Expression> operands, DataType type) {
        Value result = fresh(Representation.of(type), true);
        Label end = code.newLabel();
        int i = 0;
        for (; i + 1 < operands.size(); i += 2) {
            Value condition = emit(operands.get(i));
            Label next = code.newLabel();
            ifAnyNull(List.of(condition), next);
            code.lload(condition.a()).lconst_0().lcmp().ifeq(next);
            move(as(operands.get(i + 1), type), result);
            code.goto_(end).labelBinding(next);
        }
        if (i < operands.size()) {
            move(as(operands.get(i), type), result);
        } else {
            setNull(result);
        }
        code.labelBinding(end);
        return result;
    }

    private Value coalesce(List<Expression> operands, DataType type) {
        Value result = fresh(Representation.of(type), true);
        Label end = code.newLabel();
        for (Expression operand : operands) {
            Value value = as(operand, type);
            Label next = code.newLabel();
            ifAnyNull(List.of(value), next);
            move(value, result);
            code.goto_(end).labelBinding(next);
        }
        setNull(result);
        code.labelBinding(end);
        return result;
    }

    private Value extreme(List<Expression> operands, DataType type, boolean greatest) {
        List<Value> values = operands.stream().map(o -> as(o, type)).toList();
        return strict(values, Representation.of(type), false, result -> {
            move(values.getFirst(), result);
            for (Value value : values.subList(1, values.size())) {
                Label keep = code.newLabel();
                pushComparison(greatest ? ">" : "<", value, result);
                code.ifeq(keep);
                move(value, result);
                code.labelBinding(keep);
            }
        });
    }
}
