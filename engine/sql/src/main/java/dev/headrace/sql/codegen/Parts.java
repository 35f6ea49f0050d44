package dev.headrace.sql.codegen;

import dev.headrace.core.expression.Expression;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Takes large expressions apart, as a CASE of hundreds of branches: a method of the JVM holds 64 kB, and the JIT leaves one
 * of more than 8000 bytes alone. A part becomes a method of its own, which is called where the part would stand.
 */
final class Parts {
    /** How many nodes an expression, or a part of one, has without being taken apart: a node is some 60 bytes of code. */
    private static final int MOST = 120;

    /** A call of a part is some 60 bytes too: smaller ones are not worth it. */
    private static final int FEWEST = 8;

    /** A CASE without its end: the value of the first condition that is true, or {@link ChoiceCode#NO_MATCH}. */
    static final String BRANCHES = "BRANCHES";

    /** The first of several {@link #BRANCHES} that match, or {@link ChoiceCode#NO_MATCH}. */
    static final String FIRST_MATCH = "FIRST MATCH";

    /** The first of several {@link #BRANCHES} that match, or the last operand. */
    static final String CASE_OF_PARTS = "CASE OF PARTS";

    /** Of these some neighbouring operands may be a call of their own. */
    private static final Set<String> CHAINS = Set.of("CASE", "AND", "OR", "COALESCE");

    private final List<Expression> parts = new ArrayList<>();
    private final Map<Expression, Integer> numbers = new IdentityHashMap<>();

    /** An expression, and how many nodes of it are not in parts. */
    private record Rest(Expression expression, int nodes) {}

    /** All parts, by number. */
    List<Expression> all() {
        return parts;
    }

    /** The number of the part that an expression is, this very object. */
    OptionalInt number(Expression expression) {
        Integer number = numbers.get(expression);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** The same expression, some of whose operands are parts now if it is a large one. */
    Expression takeApart(Expression expression) {
        return rest(expression).expression();
    }

    private Rest rest(Expression expression) {
        return switch (expression) {
            case Expression.Call call -> {
                List<Rest> operands = rests(call.operands());
                boolean large = nodes(operands) > MOST;
                yield large && CHAINS.contains(call.function()) ? chain(call, operands) : with(call, small(operands));
            }
            case Expression.UserCall call -> with(call, small(rests(call.operands())));
            case Expression.Input _, Expression.Literal _, Expression.Null _ -> new Rest(expression, 1);
        };
    }

    private List<Rest> rests(List<Expression> expressions) {
        return expressions.stream().map(this::rest).toList();
    }

    private static int nodes(List<Rest> rests) {
        return 1 + rests.stream().mapToInt(Rest::nodes).sum();
    }

    private static Rest with(Expression call, List<Rest> operands) {
        List<Expression> expressions = operands.stream().map(Rest::expression).toList();
        Expression changed = switch (call) {
            case Expression.Call own -> new Expression.Call(own.function(), expressions, own.type());
            case Expression.UserCall own ->
                new Expression.UserCall(own.name(), own.className(), expressions, own.type());
            default -> throw new IllegalArgumentException("no call: " + call);
        };
        return new Rest(changed, nodes(operands));
    }

    /** A call of calls with some of the operands each, and of calls of those where they are many: few deep, as stacks are. */
    private Rest chain(Expression.Call call, List<Rest> operands) {
        boolean isCase = call.function().equals("CASE");
        int step = isCase ? 2 : 1;
        int odd = operands.size() % step;
        List<Rest> links =
                grouped(isCase ? BRANCHES : call.function(), step, operands.subList(0, operands.size() - odd), call);
        while (nodes(links) > MOST) {
            links = grouped(isCase ? FIRST_MATCH : call.function(), 1, links, call);
        }
        if (!isCase) {
            return with(call, links);
        }
        List<Rest> all = new ArrayList<>(links);
        all.add(odd == 1 ? operands.getLast() : new Rest(new Expression.Null(call.type()), 1));
        return with(new Expression.Call(CASE_OF_PARTS, List.of(), call.type()), small(all));
    }

    private List<Rest> grouped(String function, int step, List<Rest> operands, Expression.Call call) {
        Expression.Call kind = new Expression.Call(function, List.of(), call.type());
        List<Rest> groups = new ArrayList<>();
        List<Rest> group = new ArrayList<>();
        for (int i = 0; i < operands.size(); i += step) {
            List<Rest> next = operands.subList(i, i + step);
            if (!group.isEmpty() && nodes(group) + nodes(next) > MOST) {
                groups.add(part(with(kind, small(group))));
                group.clear();
            }
            group.addAll(next);
        }
        groups.add(part(with(kind, small(group))));
        return groups;
    }

    /** The operands of a call, the largest of which become parts until they are few nodes together. */
    private List<Rest> small(List<Rest> operands) {
        List<Rest> smaller = new ArrayList<>(operands);
        int nodes = nodes(smaller);
        while (nodes > MOST) {
            int largest = 0;
            for (int i = 1; i < smaller.size(); i++) {
                largest = smaller.get(i).nodes() > smaller.get(largest).nodes() ? i : largest;
            }
            Rest operand = smaller.get(largest);
            if (operand.nodes() < FEWEST) {
                break;
            }
            smaller.set(largest, part(operand));
            nodes += 1 - operand.nodes();
        }
        return smaller;
    }

    private Rest part(Rest rest) {
        numbers.put(rest.expression(), parts.size());
        parts.add(rest.expression());
        return new Rest(rest.expression(), 1);
    }
}
