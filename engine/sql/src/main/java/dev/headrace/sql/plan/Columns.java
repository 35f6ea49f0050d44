package dev.headrace.sql.plan;

import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The columns of a relation, and behind them those that an operator above needs to have computed. */
final class Columns {
    private final Relation input;
    private final List<Expression> projections;
    private final List<String> names;

    Columns(Relation input) {
        this.input = input;
        projections = new ArrayList<>(Expressions.identity(input.plan().schema().types()));
        names = new ArrayList<>(
                input.plan().schema().fields().stream().map(Field::name).toList());
    }

    /** Columns that are these expressions over the relation's. */
    Columns(Relation input, List<Expression> projections, List<String> names) {
        this.input = input;
        this.projections = new ArrayList<>(projections);
        this.names = new ArrayList<>(names);
    }

    /** The place of the column that holds the expression. */
    int place(Expression expression) {
        int place = projections.indexOf(expression);
        if (place < 0) {
            place = projections.size();
            projections.add(expression);
            names.add("$key" + place);
        }
        return place;
    }

    Relation relation() {
        return projections.equals(Expressions.identity(input.plan().schema().types()))
                ? input
                : RelTranslator.projected(input, projections, names);
    }

    /** The columns in a projection of their own, which takes a condition over the relation's columns. */
    Plan.Calc calc(Optional<Expression> condition) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < projections.size(); i++) {
            fields.add(new Field(names.get(i), projections.get(i).type()));
        }
        return new Plan.Calc(input.plan(), condition, projections, new Schema(fields));
    }
}
