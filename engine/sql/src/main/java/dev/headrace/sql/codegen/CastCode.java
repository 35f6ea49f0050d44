package dev.headrace.sql.codegen;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** CAST and TRY_CAST. A value that cannot be cast ends the job with CAST, and is null with TRY_CAST. */
final class CastCode {
    private static final ClassDesc HEAP = ExpressionCode.desc(ByteHeap.class);

    private final ExpressionCode parent;
    private final CodeBuilder code;
    private final RowInputs inputs;

    CastCode(ExpressionCode parent, RowInputs inputs) {
        this.parent = parent;
        this.inputs = inputs;
        code = parent.code;
    }

    Value emit(Expression.Call call) {
        Expression operand = call.operands().getFirst();
        DataType from = operand.type();
        DataType to = call.type();
        Value value = parent.emit(operand);
        Value result = cast(value, from, to);
        if (call.function().equals("CAST") && result.canBeNull() && from.isText() && !to.isText()) {
            failIfNull(value, result, call);
        }
        return result;
    }

    /** Throws where the result is null but the operand is not. */
    private void failIfNull(Value operand, Value result, Expression.Call call) {
        Label fine = code.newLabel();
        code.iload(result.nullFlag()).ifeq(fine);
        if (operand.canBeNull()) {
            code.iload(operand.nullFlag()).ifne(fine);
        }
        code.aload(operand.b()).lload(operand.a());
        inputs.loadConstant(code, call.type().withNullable(true).toString(), ConstantDescs.CD_String);
        code.invokestatic(
                ExpressionCode.desc(CastCode.class),
                "fail",
                MethodTypeDesc.of(ConstantDescs.CD_void, ExpressionCode.BYTE_ARRAY, CD_long, ConstantDescs.CD_String));
        code.labelBinding(fine);
    }

    static void fail(byte[] heap, long slice, String type) {
        String text = TextFunctions.string(heap, slice);
        throw UserError.job("CAST: '" + (text.length() > 100 ? text.substring(0, 100) + "..." : text) + "' is no "
                + type + "; use TRY_CAST to get NULL for such values");
    }

    private Value cast(Value value, DataType from, DataType to) {
        if (from.kind() == Kind.NULL) {
            return parent.emit(new Expression.Null(to));
        }
        if (to.isText()) {
            return from.isText() ? value : toText(value, from);
        }
        if (from.isText()) {
            return fromText(value, to);
        }
        return switch (to.kind()) {
            case FLOAT, DOUBLE -> toDouble(value, from, to);
            case DECIMAL -> toDecimal(value, from, to);
            case TINYINT, SMALLINT, INT, BIGINT -> toWhole(value, from, to);
            case BOOLEAN -> toBoolean(value);
            case TIMESTAMP, TIMESTAMP_LTZ -> toTimestamp(value, from, to);
            case DATE -> from.kind() == Kind.DATE ? value : divided(value, 86_400_000_000L);
            case TIME -> from.kind() == Kind.TIME ? value : ofDay(value);
            default -> value;
        };
    }

    private Value toDouble(Value value, DataType from, DataType to) {
        long scale = from.kind() == Kind.DECIMAL ? from.scale() : 0;
        return parent.strict(List.of(value), Representation.DOUBLE, false, result -> {
            switch (value.representation()) {
                case DOUBLE -> code.dload(value.a());
                case LONG -> {
                    code.lload(value.a()).l2d();
                    if (scale > 0) {
                        code.loadConstant(Math.pow(10, scale)).ddiv();
                    }
                }
                default -> {
                    parent.load(value);
                    code.loadConstant(scale);
                    code.invokestatic(
                            ExpressionCode.desc(Decimals.class),
                            "toDouble",
                            MethodTypeDesc.of(CD_double, CD_long, CD_long, CD_long));
                }
            }
            if (to.kind() == Kind.FLOAT) {
                code.d2f().f2d();
            }
            code.dstore(result.a());
        });
    }

    private Value toDecimal(Value value, DataType from, DataType to) {
        ArithmeticCode arithmetic = new ArithmeticCode(parent);
        if (value.representation() == Representation.DOUBLE) {
            return arithmetic.narrowed(pair(List.of(value), "fromDouble", List.of(CD_double), to), to);
        }
        int scale = from.kind() == Kind.DECIMAL ? from.scale() : 0;
        boolean widens = scale == to.scale() && digits(from) <= to.precision();
        Value wide = arithmetic.toWide(value);
        if (widens) {
            return to.isWideDecimal() ? wide : arithmetic.narrowed(wide, to);
        }
        Value rescaled = parent.strict(List.of(wide), Representation.WIDE, true, result -> {
            int pair = parent.newPair();
            parent.load(wide);
            code.loadConstant((long) scale)
                    .loadConstant((long) to.scale())
                    .loadConstant((long) to.precision())
                    .aload(pair);
            code.invokestatic(
                    ExpressionCode.desc(Decimals.class),
                    "rescale",
                    MethodTypeDesc.of(
                            CD_boolean, CD_long, CD_long, CD_long, CD_long, CD_long, ExpressionCode.LONG_ARRAY));
            parent.takePair(pair, result);
        });
        return arithmetic.narrowed(rescaled, to);
    }

    private static int digits(DataType type) {
        return switch (type.kind()) {
            case TINYINT -> 3;
            case SMALLINT -> 5;
            case INT -> 10;
            case BIGINT -> 19;
            default -> type.precision();
        };
    }

    /** A decimal from a value by a method of {@link Decimals} that takes it, scale, precision and a pair. */
    private Value pair(List<Value> values, String method, List<ClassDesc> parameters, DataType to) {
        return parent.strict(values, Representation.WIDE, true, result -> {
            int pair = parent.newPair();
            values.forEach(parent::load);
            code.loadConstant((long) to.scale())
                    .loadConstant((long) to.precision())
                    .aload(pair);
            List<ClassDesc> all = new ArrayList<>(parameters);
            all.add(CD_long);
            all.add(CD_long);
            all.add(ExpressionCode.LONG_ARRAY);
            code.invokestatic(ExpressionCode.desc(Decimals.class), method, MethodTypeDesc.of(CD_boolean, all));
            parent.takePair(pair, result);
        });
    }

    private Value toWhole(Value value, DataType from, DataType to) {
        long scale = from.kind() == Kind.DECIMAL ? from.scale() : 0;
        return parent.strict(List.of(value), Representation.LONG, false, result -> {
            switch (value.representation()) {
                case DOUBLE -> code.dload(value.a()).d2l();
                case LONG -> {
                    code.lload(value.a());
                    if (scale > 0) {
                        code.loadConstant((long) Math.pow(10, scale)).ldiv();
                    }
                }
                default -> {
                    parent.load(value);
                    code.loadConstant(scale);
                    code.invokestatic(
                            ExpressionCode.desc(Decimals.class),
                            "toLong",
                            MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long));
                }
            }
            switch (to.kind()) {
                case INT -> code.l2i().i2l();
                case SMALLINT -> code.l2i().i2s().i2l();
                case TINYINT -> code.l2i().i2b().i2l();
                default -> {}
            }
            code.lstore(result.a());
        });
    }

    private Value toBoolean(Value value) {
        return parent.strict(List.of(value), Representation.LONG, false, result -> {
            Label end = code.newLabel();
            code.lload(value.a()).lconst_0().lcmp().ifeq(end);
            code.lconst_1().lstore(result.a());
            code.labelBinding(end);
        });
    }

    private Value toTimestamp(Value value, DataType from, DataType to) {
        if (from.kind() == Kind.DATE) {
            return parent.times(value, 86_400_000_000L);
        }
        if (to.precision() >= from.precision() || to.precision() >= 6) {
            return value;
        }
        long unit = (long) Math.pow(10, 6 - to.precision());
        return parent.strict(List.of(value), Representation.LONG, false, result -> {
            code.lload(value.a()).loadConstant(unit);
            code.invokestatic(
                            ExpressionCode.desc(TimeFunctions.class),
                            "floor",
                            MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(result.a());
        });
    }

    private Value divided(Value value, long unit) {
        return parent.strict(List.of(value), Representation.LONG, false, result -> {
            code.lload(value.a()).loadConstant(unit);
            code.invokestatic(ExpressionCode.desc(Math.class), "floorDiv", MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(result.a());
        });
    }

    private Value ofDay(Value value) {
        return parent.strict(List.of(value), Representation.LONG, false, result -> {
            code.lload(value.a()).loadConstant(86_400_000_000L);
            code.invokestatic(ExpressionCode.desc(Math.class), "floorMod", MethodTypeDesc.of(CD_long, CD_long, CD_long))
                    .lstore(result.a());
        });
    }

    private Value toText(Value value, DataType from) {
        return parent.strict(List.of(value), Representation.BYTES, false, result -> {
            parent.load(value);
            switch (from.kind()) {
                case BOOLEAN -> text(Casts.class, "booleanText", CD_long);
                case FLOAT -> text(Casts.class, "floatText", CD_double);
                case DOUBLE -> text(Casts.class, "doubleText", CD_double);
                case DATE -> text(TimeFunctions.class, "dateText", CD_long);
                case TIMESTAMP, TIMESTAMP_LTZ -> {
                    code.loadConstant((long) from.precision());
                    text(TimeFunctions.class, "timestampText", CD_long, CD_long);
                }
                case TIME -> {
                    code.loadConstant((long) from.precision());
                    text(TimeFunctions.class, "timeOfDayText", CD_long, CD_long);
                }
                case DECIMAL -> {
                    if (!from.isWideDecimal()) {
                        // A long to both halves: the upper one is the sign.
                        code.pop2();
                        code.lload(value.a()).loadConstant(63).lshr().lload(value.a());
                    }
                    code.loadConstant((long) from.scale());
                    text(Decimals.class, "text", CD_long, CD_long, CD_long);
                }
                case TINYINT, SMALLINT, INT, BIGINT -> text(Casts.class, "longText", CD_long);
                default -> throw UserError.request("CAST of " + from + " to text is not there yet");
            }
            code.lstore(result.a());
            inputs.loadHeapBytes(code);
            code.astore(result.b());
        });
    }

    private void text(Class<?> owner, String method, ClassDesc... parameters) {
        inputs.loadHeap(code);
        List<ClassDesc> all = new ArrayList<>(List.of(parameters));
        all.add(HEAP);
        code.invokestatic(ExpressionCode.desc(owner), method, MethodTypeDesc.of(CD_long, all));
    }

    private Value fromText(Value value, DataType to) {
        List<ClassDesc> text = List.of(ExpressionCode.BYTE_ARRAY, CD_long);
        return switch (to.kind()) {
            case DECIMAL -> new ArithmeticCode(parent).narrowed(pair(List.of(value), "parse", text, to), to);
            case FLOAT, DOUBLE -> {
                Value bits = parsed(value, Casts.class, "parseDouble", text);
                yield parent.strict(
                        List.of(bits),
                        Representation.DOUBLE,
                        false,
                        result -> code.lload(bits.a())
                                .invokestatic(
                                        ExpressionCode.desc(Double.class),
                                        "longBitsToDouble",
                                        MethodTypeDesc.of(CD_double, CD_long))
                                .dstore(result.a()));
            }
            case BOOLEAN -> parsed(value, Casts.class, "parseBoolean", text);
            case TIMESTAMP, TIMESTAMP_LTZ -> parsed(value, TimeFunctions.class, "parseTimestamp", text);
            case DATE -> parsed(value, TimeFunctions.class, "parseDate", text);
            case TIME -> parsed(value, TimeFunctions.class, "parseTime", text);
            case TINYINT, SMALLINT, INT, BIGINT -> {
                long most = switch (to.kind()) {
                    case TINYINT -> Byte.MAX_VALUE;
                    case SMALLINT -> Short.MAX_VALUE;
                    case INT -> Integer.MAX_VALUE;
                    default -> Long.MAX_VALUE;
                };
                yield parent.strict(List.of(value), Representation.LONG, true, result -> {
                    parent.load(value);
                    code.loadConstant(-most - 1).loadConstant(most);
                    code.invokestatic(
                                    ExpressionCode.desc(Casts.class),
                                    "parseLong",
                                    MethodTypeDesc.of(CD_long, ExpressionCode.BYTE_ARRAY, CD_long, CD_long, CD_long))
                            .lstore(result.a());
                    parent.nullIfMarked(result);
                });
            }
            default -> throw UserError.request("CAST of text to " + to + " is not there yet");
        };
    }

    private Value parsed(Value value, Class<?> owner, String method, List<ClassDesc> parameters) {
        return parent.strict(List.of(value), Representation.LONG, true, result -> {
            parent.load(value);
            code.invokestatic(ExpressionCode.desc(owner), method, MethodTypeDesc.of(CD_long, parameters))
                    .lstore(result.a());
            parent.nullIfMarked(result);
        });
    }
}
