package dev.headrace.core.run;

import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.graph.Meanings;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state tables of a job, as its operators ask for them when they are made. */
public final class StateTables {
    private StateTables() {}

    /** A table, or each of a family of tables, and how its rows are found. */
    record Form(StateSchema schema, Access access) {}

    /** By identity of the step, for all steps that keep state. */
    public static Map<String, List<StateSchema>> of(JobGraph graph) {
        Map<String, List<StateSchema>> tables = new LinkedHashMap<>();
        forms(graph)
                .forEach((step, forms) ->
                        tables.put(step, forms.stream().map(Form::schema).toList()));
        return tables;
    }

    static Map<String, List<Form>> forms(JobGraph graph) {
        Map<String, List<Form>> tables = new LinkedHashMap<>();
        OperatorFactory factory = new OperatorFactory(null);
        for (JobGraph.Node node : graph.nodes()) {
            boolean keepsState = switch (node.plan()) {
                case Plan.Scan _, Plan.Values _, Plan.SinkPlan _, Plan.Calc _, Plan.Union _ -> false;
                case Plan.WindowTable _, Plan.LateRows _, Plan.OnTimeRows _, Plan.LookupJoin _ -> false;
                default -> true;
            };
            if (keepsState) {
                Recorder recorder = new Recorder(graph, node);
                Operator operator = factory.create(node.plan(), recorder);
                operator.close();
                tables.put(node.identity(), List.copyOf(recorder.forms.values()));
            }
        }
        return tables;
    }

    /** The same as a manifest has it. */
    static List<Manifest.StepState> steps(JobGraph graph, Map<String, List<StateSchema>> tables) {
        return graph.nodes().stream()
                .filter(n -> tables.containsKey(n.identity()))
                .map(n -> new Manifest.StepState(
                        n.identity(),
                        n.meaning().family(),
                        n.meaning().step(),
                        tables.get(n.identity()).stream()
                                .map(StateTables::schema)
                                .toList()))
                .toList();
    }

    private static Manifest.SchemaState schema(StateSchema schema) {
        return new Manifest.SchemaState(
                schema.name(),
                schema.columns().stream().map(StateTables::column).toList(),
                schema.partitionColumns(),
                schema.keyColumns());
    }

    private static Manifest.ColumnState column(StateColumn column) {
        return new Manifest.ColumnState(
                column.name(), column.type().toString(), column.type().layout());
    }

    /** An operator's surroundings in which nothing happens but that its tables are written down. */
    private static final class Recorder implements OperatorContext {
        private final JobGraph graph;
        private final JobGraph.Node node;
        private final Map<String, Form> forms = new LinkedHashMap<>();

        Recorder(JobGraph graph, JobGraph.Node node) {
            this.graph = graph;
            this.node = node;
        }

        @Override
        public void declare(StateSchema family, Access access) {
            forms.put(family.name(), new Form(family, access));
        }

        @Override
        public StateTable table(StateSchema schema, Access access, long namespace) {
            declare(schema, access);
            return new StateTable(schema, access);
        }

        @Override
        public void drop(StateTable table, long namespace) {}

        @Override
        public List<Long> namespaces(String schemaName) {
            return List.of();
        }

        @Override
        public String meaning(int input, int column) {
            return graph.inputColumns(node, input).get(column);
        }

        @Override
        public String meaning(AggregateCall call) {
            return Meanings.call(call, graph.inputColumns(node, 0));
        }

        @Override
        public ExpressionCompiler compiler() {
            return (inputs, condition, projections) -> (in, out) -> {};
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public long nextSequence() {
            return 0;
        }
    }
}
