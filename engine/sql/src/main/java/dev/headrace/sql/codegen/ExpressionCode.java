package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.Slice;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Emits the code of one expression for one row. Every value is put into local variables; a null value's other variables
 * hold anything. Control flow (AND, OR, CASE) jumps, so operands that do not matter are not evaluated. What a function does is
 * emitted by the class of its kind; here is what they share.
 */
final class ExpressionCode {
    static final ClassDesc BYTE_ARRAY = ClassDesc.ofDescriptor("[B");
    static final ClassDesc LONG_ARRAY = ClassDesc.ofDescriptor("[J");

    final CodeBuilder code;
    private final RowInputs inputs;
    private final Parts parts;

    /** @param parts the expressions whose code is in methods of their own */
    ExpressionCode(CodeBuilder code, RowInputs inputs, Parts parts) {
        this.code = code;
        this.inputs = inputs;
        this.parts = parts;
    }

    static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    Value emit(Expression expression) {
        OptionalInt part = parts.number(expression);
        return part.isPresent()
                ? PartCode.call(this, inputs, part.getAsInt(), expression.type())
                : emitHere(expression);
    }

    /** As {@link #emit}, and the code of a part itself rather than a call of it. */
    Value emitHere(Expression expression) {
        return switch (expression) {
            case Expression.Input(int index, DataType type) -> inputs.read(code, index, type);
            case Expression.Literal literal -> literal(literal);
            case Expression.Null(DataType type) -> nothing(Representation.of(type));
            case Expression.Call call -> call(call);
            case Expression.UserCall call -> new UserCallCode(this, inputs).emit(call);
        };
    }

    private Value call(Expression.Call call) {
        return switch (call.function()) {
            case "AND", "OR", "NOT", "IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE" ->
                new LogicCode(this).emit(call);
            case "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM" ->
                new ComparisonCode(this).emit(call);
            case "CASE", "IF", "COALESCE", "IFNULL", "NULLIF", "GREATEST", "LEAST" -> new ChoiceCode(this).emit(call);
            case Parts.BRANCHES, Parts.FIRST_MATCH, Parts.CASE_OF_PARTS -> new ChoiceCode(this).emit(call);
            case "+", "-", "*", "/", "MOD", "%", "DATETIME_PLUS", "MINUS_DATE" -> new ArithmeticCode(this).emit(call);
            case "||", "CONCAT", "CONCAT_WS" -> new ConcatCode(this, inputs).emit(call);
            case "CAST", "TRY_CAST" -> new CastCode(this, inputs).emit(call);
            case "FLOOR", "CEIL" ->
                call.operands().size() == 2 ? new ArithmeticCode(this).toUnit(call) : new RoundingCode(this).emit(call);
            case "ABS", "SIGN" ->
                call.type().kind() == Kind.DECIMAL
                        ? new ArithmeticCode(this).ofDecimal(call)
                        : new BuiltinCode(this, inputs).emit(call);
            case "ROUND", "TRUNCATE" -> new RoundingCode(this).emit(call);
            case "PROCTIME", "CURRENT_TIMESTAMP", "NOW", "LOCALTIMESTAMP", "CURRENT_ROW_TIMESTAMP" -> now();
            default -> new BuiltinCode(this, inputs).emit(call);
        };
    }

    private Value now() {
        Value value = fresh(Representation.LONG, false);
        inputs.loadNow(code);
        code.lstore(value.a());
        return value;
    }

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

    /** A null. */
    Value nothing(Representation representation) {
        Value value = fresh(representation, true);
        setNull(value);
        return value;
    }

    void setNull(Value value) {
        code.iconst_1().istore(value.nullFlag());
    }

    /** Copies a value to variables of the same representation. */
    void move(Value from, Value to) {
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
    void ifAnyNull(List<Value> values, Label target) {
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
    Value strict(List<Value> arguments, Representation result, boolean mayBecomeNull, Consumer<Value> body) {
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
    Value times(Value value, long factor) {
        Value product = fresh(Representation.LONG, value.canBeNull());
        move(value, product);
        code.lload(product.a()).loadConstant(factor).lmul().lstore(product.a());
        return product;
    }
}
