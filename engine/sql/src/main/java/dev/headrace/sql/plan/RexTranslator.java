package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Kind;
import dev.headrace.core.expression.Expression;
import dev.headrace.sql.catalog.TypeMapping;
import dev.headrace.sql.function.FunctionRegistry;
import dev.headrace.sql.function.UserFunction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/** Calcite's expressions as ours. */
final class RexTranslator {
    private static final long MICROS_PER_MILLI = 1000;

    private final SessionZone zone;
    /** Stands for the outer row's columns in a correlated query. */
    private final Function<Integer, Expression> outer;

    RexTranslator(SessionZone zone) {
        this(zone, column -> {
            throw Unsupported.because(
                    "a query here cannot refer to the query around it; write it as a join", "SCALAR_QUERY", "LATERAL");
        });
    }

    RexTranslator(SessionZone zone, Function<Integer, Expression> outer) {
        this.zone = zone;
        this.outer = outer;
    }

    Expression translate(RexNode node) {
        if (node instanceof RexLiteral symbol && symbol.getTypeName() == SqlTypeName.SYMBOL) {
            return text(String.valueOf(symbol.getValue()));
        }
        DataType type = TypeMapping.fromCalcite(node.getType());
        return switch (node) {
            case RexInputRef input -> new Expression.Input(input.getIndex(), type);
            case RexLiteral literal -> literal(literal, type);
            case RexFieldAccess access ->
                access.getReferenceExpr() instanceof RexCorrelVariable
                        ? outer.apply(access.getField().getIndex())
                        : new Expression.Call(
                                Expressions.FIELD,
                                List.of(
                                        translate(access.getReferenceExpr()),
                                        number(access.getField().getIndex())),
                                type);
            case RexOver _ ->
                throw Unsupported.because(
                        "an OVER clause cannot stand inside another expression here; select it in a"
                                + " subquery first",
                        "OVER");
            case RexCall call -> call(call, type);
            default -> throw Unsupported.because("this expression is not supported: " + node);
        };
    }

    List<Expression> translateAll(List<RexNode> nodes) {
        return nodes.stream().map(this::translate).toList();
    }

    private static Expression number(long value) {
        return new Expression.Literal(value, DataType.BIGINT.notNull());
    }

    private static Expression text(String value) {
        return new Expression.Literal(value, DataType.STRING.notNull());
    }

    private Expression call(RexCall call, DataType type) {
        if (call.getOperator() instanceof UserFunction function) {
            return new Expression.UserCall(
                    function.getName(), function.className(), translateAll(call.getOperands()), type);
        }
        List<Expression> operands = new ArrayList<>(translateAll(call.getOperands()));
        SqlKind kind = call.getKind();
        return switch (kind) {
            case CAST, SAFE_CAST -> cast(operands.getFirst(), type, kind == SqlKind.SAFE_CAST);
            case REINTERPRET -> new Expression.Call("CAST", operands, type);
            case CASE -> new Expression.Call("CASE", operands, type);
            case NOT_EQUALS -> zone.call("<>", operands, type);
            default -> zone.call(FunctionRegistry.canonicalName(call.getOperator()), operands, type);
        };
    }

    private Expression cast(Expression operand, DataType type, boolean safe) {
        DataType from = operand.type();
        if (operand instanceof Expression.Null) {
            return new Expression.Null(type);
        }
        boolean sameText = from.isText() && type.kind() == Kind.VARCHAR && type.precision() >= from.precision();
        // The digits are the same, and there is room for more.
        boolean roomier = from.kind() == Kind.DECIMAL
                && type.kind() == Kind.DECIMAL
                && from.scale() == type.scale()
                && from.precision() <= type.precision()
                && from.isWideDecimal() == type.isWideDecimal();
        boolean same = from.withNullable(true).equals(type.withNullable(true));
        if (same || sameText || roomier) {
            return operand instanceof Expression.Literal(Object value, DataType _)
                    ? new Expression.Literal(value, type)
                    : operand;
        }
        return zone.call(safe ? "TRY_CAST" : "CAST", List.of(operand), type);
    }

    private static Expression literal(RexLiteral literal, DataType type) {
        if (literal.isNull()) {
            return new Expression.Null(type);
        }
        SqlTypeName name = literal.getTypeName();
        if (SqlTypeName.DAY_INTERVAL_TYPES.contains(literal.getType().getSqlTypeName())) {
            return new Expression.Literal(
                    literal.getValueAs(BigDecimal.class).longValueExact() * MICROS_PER_MILLI, type);
        }
        if (SqlTypeName.YEAR_INTERVAL_TYPES.contains(literal.getType().getSqlTypeName())) {
            return new Expression.Literal(literal.getValueAs(BigDecimal.class).longValueExact(), type);
        }
        return switch (name) {
            case BOOLEAN -> new Expression.Literal(literal.getValueAs(Boolean.class) ? 1L : 0L, type);
            case DECIMAL, BIGINT, INTEGER, DOUBLE -> numeric(literal.getValueAs(BigDecimal.class), type);
            case CHAR, VARCHAR -> new Expression.Literal(literal.getValueAs(String.class), type);
            case BINARY ->
                new Expression.Literal(
                        new Expression.Binary(HexFormat.of()
                                .formatHex(literal.getValueAs(ByteString.class).getBytes())),
                        type);
            case DATE ->
                new Expression.Literal(literal.getValueAs(Integer.class).longValue(), type);
            case TIME -> new Expression.Literal(literal.getValueAs(Integer.class) * MICROS_PER_MILLI, type);
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                new Expression.Literal(literal.getValueAs(Long.class) * MICROS_PER_MILLI, type);
            default -> throw Unsupported.because("this constant is not supported: " + literal);
        };
    }

    private static Expression numeric(BigDecimal value, DataType type) {
        return switch (type.kind()) {
            case FLOAT, DOUBLE -> new Expression.Literal(value.doubleValue(), type);
            case DECIMAL -> {
                BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
                yield type.isWideDecimal()
                        ? new Expression.Literal(scaled, type)
                        : new Expression.Literal(scaled.unscaledValue().longValueExact(), type);
            }
            default -> new Expression.Literal(value.longValueExact(), type);
        };
    }
}
