package dev.headrace.sql.plan;

import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.util.Util;

/**
 * A query that is right but cannot be run. It is found in algebra, which has no places in the text any more; so it names
 * the operators by which {@link #position} finds the place again.
 */
final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Set<String> operators;

    private Unsupported(String message, Set<String> operators) {
        super(message, null, false, false);
        this.operators = operators;
    }

    /** @param operators names or kinds of the calls of which the first in the query is meant; none: the query itself */
    static Unsupported because(String message, String... operators) {
        return new Unsupported(message, Set.of(operators));
    }

    SqlParserPos position(SqlNode query) {
        try {
            query.accept(new SqlBasicVisitor<Void>() {
                @Override
                public Void visit(SqlCall call) {
                    String name = call.getOperator().getName().toUpperCase(java.util.Locale.ROOT);
                    if (operators.contains(name)
                            || operators.contains(name.replace("$", ""))
                            || operators.contains(call.getKind().name())) {
                        throw new Util.FoundOne(call.getParserPosition());
                    }
                    return super.visit(call);
                }
            });
        } catch (Util.FoundOne found) {
            return (SqlParserPos) found.getNode();
        }
        return query.getParserPosition();
    }
}
