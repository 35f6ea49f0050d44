package dev.headrace.core.run;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.graph.JobGraph;
import dev.headrace.core.graph.Meanings;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.OperatorContext;
import dev.headrace.core.operator.Output;
import dev.headrace.core.operator.SinkOperator;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.SpillStore;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the tasks of a worker from the graph. */
final class JobBuilder {
    private final JobGraph graph;
    private final Map<String, Source> sources;
    private final Map<String, Sink> sinks;
    private final ExpressionCompiler compiler;
    private final OperatorFactory factory;
    private final JobOptions options;
    private final TaskState.RestorePoint restorePoint;
    private final Map<JobGraph.Edge, Channel[][]> channels = new HashMap<>();
    private final boolean[] wantsRowWatermarks;
    /** What has been opened for a task that is not there yet, to be closed if it does not come to be. */
    private final List<Runnable> unfinished = new ArrayList<>();

    /**
     * @param sources by identity of the scan
     * @param sinks by identity of the sink
     * @param restorePoint null for a fresh start
     */
    JobBuilder(
            JobGraph graph,
            Map<String, Source> sources,
            Map<String, Sink> sinks,
            ExpressionCompiler compiler,
            OperatorFactory factory,
            JobOptions options,
            TaskState.RestorePoint restorePoint) {
        this.graph = graph;
        this.sources = sources;
        this.sinks = sinks;
        this.compiler = compiler;
        this.factory = factory;
        this.options = options;
        this.restorePoint = restorePoint;
        wantsRowWatermarks = rowWatermarks(graph);
        for (JobGraph.Node node : graph.nodes()) {
            for (JobGraph.Edge edge : node.inputs()) {
                if (edge.exchange().isPresent()) {
                    Channel[][] matrix = new Channel[options.workers()][options.workers()];
                    for (Channel[] row : matrix) {
                        for (int i = 0; i < row.length; i++) {
                            row[i] = new Channel();
                        }
                    }
                    channels.put(edge, matrix);
                }
            }
        }
    }

    /** Whether the node asks if a row is late. What asks it of late rows stands where the node does that hands them out. */
    private static boolean asksTime(JobGraph.Node node) {
        return switch (node.plan()) {
            case Plan.WindowAggregate _, Plan.IntervalJoin _, Plan.Over _ -> true;
            case Plan.WindowJoin _, Plan.WindowRank _, Plan.TemporalJoin _ -> true;
            default -> false;
        };
    }

    /** Which nodes ask if a row is late, or have one downstream that does. */
    private static boolean[] rowWatermarks(JobGraph graph) {
        boolean[] wanted = new boolean[graph.nodes().size()];
        for (int id = wanted.length - 1; id >= 0; id--) {
            JobGraph.Node node = graph.nodes().get(id);
            if (asksTime(node) || wanted[id]) {
                wanted[id] = true;
                node.inputs().forEach(edge -> wanted[edge.from()] = true);
            }
        }
        return wanted;
    }

    /**
     * Opens what a worker needs; if that fails, what was opened is closed.
     *
     * @param spillStore for rows that do not fit into the worker's memory
     */
    List<Task> tasks(int worker, SpillStore spillStore) {
        List<Task> tasks = new ArrayList<>();
        try {
            addTasks(worker, spillStore, tasks);
            return tasks;
        } catch (RuntimeException e) {
            tasks.forEach(task -> unfinished.add(task::close));
            Closing.all(unfinished).ifPresent(e::addSuppressed);
            throw e;
        }
    }

    private void addTasks(int worker, SpillStore spillStore, List<Task> tasks) {
        List<TaskState> states = new ArrayList<>();
        TaskState.Room room = new RestoreRoom(
                () -> states.stream().mapToLong(TaskState::memory).sum(), options.rowMemory(), options.restoreWindow());
        for (int fragment = 0; fragment < graph.fragments(); fragment++) {
            TaskState state = new TaskState(restorePoint, worker, options.workers(), spillStore, room);
            states.add(state);
            tasks.add(task(fragment, worker, state));
            unfinished.clear();
        }
    }

    private Task task(int fragment, int worker, TaskState state) {
        List<JobGraph.Node> nodes =
                graph.nodes().stream().filter(n -> n.fragment() == fragment).toList();
        Map<Integer, Operator> operators = new LinkedHashMap<>();
        Map<Integer, Gates> gates = new HashMap<>();
        Map<String, SinkOperator> sinkOperators = new LinkedHashMap<>();
        for (JobGraph.Node node : nodes) {
            Operator operator = switch (node.plan()) {
                case Plan.Scan _, Plan.Values _ -> null;
                case Plan.SinkPlan _ -> {
                    SinkOperator sink = new SinkOperator(sinks.get(node.identity())
                            .open(new Sink.WriterContext(worker, options.workers(), startedFrom(), node.identity())));
                    sinkOperators.put(node.identity(), sink);
                    yield sink;
                }
                default -> factory.create(node.plan(), new Context(node, state));
            };
            if (operator != null) {
                unfinished.add(operator::close);
                operators.put(node.id(), operator);
                gates.put(
                        node.id(), new Gates(operator, Math.max(1, node.inputs().size())));
            }
        }
        List<ExchangeSender> senders = new ArrayList<>();
        List<ChannelInput> inputs = new ArrayList<>();
        List<SourceInput> scans = new ArrayList<>();
        for (JobGraph.Node node : nodes) {
            for (JobGraph.Edge edge : node.inputs()) {
                if (edge.exchange().isPresent()) {
                    Channel[][] matrix = channels.get(edge);
                    Channel[] arriving = new Channel[options.workers()];
                    for (int from = 0; from < arriving.length; from++) {
                        arriving[from] = matrix[from][worker];
                    }
                    inputs.add(new ChannelInput(arriving, gates.get(node.id()).input(edge.port())));
                }
            }
            Output output = output(node, worker, gates, senders);
            if (operators.containsKey(node.id())) {
                Output late = lateOutput(node, gates);
                operators.get(node.id()).connectLate(late);
                operators.get(node.id()).connect(late == Output.NOWHERE ? output : new AlsoTime(output, late));
            } else {
                scans.add(scan(node, output));
            }
        }
        return new Task(
                fragment,
                new ArrayList<>(operators.values()),
                eventTimes(nodes, gates),
                scans,
                inputs,
                senders,
                sinkOperators,
                state,
                startedFrom());
    }

    private List<TaskTime> eventTimes(List<JobGraph.Node> nodes, Map<Integer, Gates> gates) {
        List<Manifest.EventTime> saved =
                restorePoint == null ? List.of() : restorePoint.manifest().eventTimes();
        return nodes.stream()
                .filter(JobBuilder::asksTime)
                .map(node -> TaskTime.of(node, gates.get(node.id()), saved))
                .toList();
    }

    private long startedFrom() {
        return restorePoint == null ? 0 : restorePoint.manifest().id();
    }

    private Output output(JobGraph.Node node, int worker, Map<Integer, Gates> gates, List<ExchangeSender> senders) {
        List<Output> receivers = new ArrayList<>();
        for (JobGraph.Edge edge : graph.outputs(node.id())) {
            if (graph.isOfLateRows(edge)) {
                continue;
            }
            if (edge.exchange().isEmpty()) {
                receivers.add(gates.get(edge.to()).input(edge.port()));
                continue;
            }
            int[] keys = switch (edge.exchange().get()) {
                case JobGraph.Exchange.ByKey(List<Integer> columns) ->
                    columns.stream().mapToInt(Integer::intValue).toArray();
                case JobGraph.Exchange.Forward _ -> null;
            };
            ExchangeSender sender =
                    new ExchangeSender(keys, node.plan().schema().types(), channels.get(edge)[worker], worker);
            senders.add(sender);
            receivers.add(sender);
        }
        return FanOut.of(receivers);
    }

    private Output lateOutput(JobGraph.Node node, Map<Integer, Gates> gates) {
        return FanOut.of(graph.outputs(node.id()).stream()
                .filter(graph::isOfLateRows)
                .map(edge -> gates.get(edge.to()).input(edge.port()))
                .toList());
    }

    private SourceInput scan(JobGraph.Node node, Output output) {
        Source source = sources.get(node.identity());
        Plan.Scan plan = switch (node.plan()) {
            case Plan.Scan scan -> scan;
            case Plan.Values values ->
                new Plan.Scan(
                        null, new ScanRequest(List.of()), values.schema(), ChangelogMode.INSERT_ONLY, Optional.empty());
            default -> throw new IllegalStateException("not a source: " + node.plan());
        };
        SourceReader reader = source.open(plan.request());
        unfinished.add(reader::close);
        return new SourceInput(
                node.identity(),
                Meanings.time(plan, node.meaning().columns()),
                plan,
                reader,
                source.isBounded(),
                wantsRowWatermarks[node.id()],
                compiler,
                options.clock(),
                output);
    }

    private final class Context implements OperatorContext {
        private final JobGraph.Node node;
        private final String operator;
        private final TaskState state;

        Context(JobGraph.Node node, TaskState state) {
            this.node = node;
            operator = node.identity();
            this.state = state;
        }

        @Override
        public StateTable table(StateSchema schema, Access access, long namespace) {
            return state.open(operator, schema, access, namespace);
        }

        @Override
        public void drop(StateTable table, long namespace) {
            state.drop(operator, table, namespace);
        }

        @Override
        public List<Long> namespaces(String schemaName) {
            return state.namespaces(operator, schemaName);
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
            return compiler;
        }

        @Override
        public InstantSource clock() {
            return options.clock();
        }

        @Override
        public long nextSequence() {
            return state.nextSequence(operator);
        }
    }
}
