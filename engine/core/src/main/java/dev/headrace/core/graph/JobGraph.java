package dev.headrace.core.graph;

import dev.headrace.core.plan.JobPlan;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A job plan cut at its exchanges. Nodes are the distinct plan nodes, inputs before consumers. Nodes between which rows
 * pass without an exchange, and which lie equally deep (in exchanges from the sources), form a fragment; exchanges lead
 * only from a fragment to deeper ones, so fragments form no cycle, and barriers align fragment by fragment.
 *
 * @param nodes in topological order
 * @param fragments how many there are; they are numbered in topological order
 */
public record JobGraph(List<Node> nodes, int fragments) {
    public JobGraph {
        nodes = List.copyOf(nodes);
    }

    /**
     * A plan node in its place.
     *
     * @param id place in {@link JobGraph#nodes}
     * @param identity tells the node from all others of the job, and finds it in a snapshot: of a scan and a sink its table
     *     and what that stands for, of others {@link Meaning#family}
     */
    public record Node(int id, Plan plan, String identity, Meaning meaning, int fragment, List<Edge> inputs) {
        public Node {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * Rows passing from a node to the {@code port}-th input of another.
     *
     * @param exchange how rows find their worker, or empty when they stay in theirs
     */
    public record Edge(int from, int to, int port, Optional<Exchange> exchange) {}

    /** How rows find the worker that takes them on. */
    public sealed interface Exchange {
        /** By the hash of these columns; of no columns: all to one worker. */
        record ByKey(List<Integer> columns) implements Exchange {}

        /** To the same worker, in another fragment. */
        record Forward() implements Exchange {}
    }

    /** Cuts a plan for that many workers. With one worker there is one fragment and no exchange. */
    public static JobGraph of(JobPlan job, int workers) {
        Map<Plan, Integer> ids = new LinkedHashMap<>();
        for (Plan.SinkPlan sink : job.sinks()) {
            collect(sink, ids);
        }
        List<Plan> plans = new ArrayList<>(ids.keySet());
        List<Optional<List<Integer>>> provided = new ArrayList<>();
        int[] depth = new int[plans.size()];
        List<List<Edge>> edges = new ArrayList<>();
        for (int id = 0; id < plans.size(); id++) {
            Plan plan = plans.get(id);
            List<Integer> sources = streamInputs(plan).stream().map(ids::get).toList();
            List<Optional<Exchange>> exchanges = new ArrayList<>();
            List<Optional<List<Integer>>> arriving = new ArrayList<>();
            for (int port = 0; port < sources.size(); port++) {
                Optional<List<Integer>> required = Partitioning.required(plan, port);
                Optional<List<Integer>> have = provided.get(sources.get(port));
                boolean move = workers > 1 && required.isPresent() && !required.equals(have);
                exchanges.add(move ? Optional.of(new Exchange.ByKey(required.orElseThrow())) : Optional.empty());
                arriving.add(move ? required : have);
                depth[id] = Math.max(depth[id], depth[sources.get(port)] + (move ? 1 : 0));
            }
            List<Edge> inputs = new ArrayList<>();
            for (int port = 0; port < sources.size(); port++) {
                Optional<Exchange> exchange = exchanges.get(port);
                if (exchange.isEmpty() && depth[sources.get(port)] < depth[id]) {
                    exchange = Optional.of(new Exchange.Forward());
                }
                inputs.add(new Edge(sources.get(port), id, port, exchange));
            }
            edges.add(inputs);
            provided.add(Partitioning.provided(plan, arriving));
        }
        int[] fragment = fragments(edges, depth);
        List<Node> nodes = new ArrayList<>();
        int fragments = 0;
        Meanings meanings = new Meanings();
        Map<String, Integer> seen = new HashMap<>();
        for (int id = 0; id < plans.size(); id++) {
            Plan plan = plans.get(id);
            Meaning meaning = meanings.of(plan);
            String identity = switch (plan) {
                case Plan.Scan scan -> Meanings.source(scan.table());
                case Plan.SinkPlan sink -> Meanings.source(sink.table());
                case Plan.Values _ -> "values " + meaning.family().substring(0, 8);
                default -> meaning.family();
            };
            int number = seen.merge(identity, 1, Integer::sum);
            String unique = number == 1 ? identity : identity + "#" + number;
            nodes.add(new Node(id, plan, unique, meaning, fragment[id], edges.get(id)));
            fragments = Math.max(fragments, fragment[id] + 1);
        }
        return new JobGraph(nodes, fragments);
    }

    /** The inputs that rows stream from; the table of a lookup is loaded instead. */
    private static List<Plan> streamInputs(Plan plan) {
        return plan instanceof Plan.LookupJoin lookup ? List.of(lookup.left()) : plan.inputs();
    }

    private static void collect(Plan plan, Map<Plan, Integer> ids) {
        if (ids.containsKey(plan)) {
            return;
        }
        for (Plan input : streamInputs(plan)) {
            collect(input, ids);
        }
        ids.put(plan, ids.size());
    }

    /** Numbers the connected parts, shallow ones first. */
    private static int[] fragments(List<List<Edge>> edges, int[] depth) {
        int[] parent = new int[depth.length];
        for (int id = 0; id < parent.length; id++) {
            parent[id] = id;
        }
        for (List<Edge> inputs : edges) {
            for (Edge edge : inputs) {
                if (edge.exchange().isEmpty()) {
                    parent[root(parent, edge.to())] = root(parent, edge.from());
                }
            }
        }
        int[] number = new int[depth.length];
        java.util.Arrays.fill(number, -1);
        int next = 0;
        int deepest = java.util.Arrays.stream(depth).max().orElse(0);
        for (int level = 0; level <= deepest; level++) {
            for (int id = 0; id < depth.length; id++) {
                if (depth[id] == level && number[root(parent, id)] < 0) {
                    number[root(parent, id)] = next++;
                }
            }
        }
        int[] fragment = new int[depth.length];
        for (int id = 0; id < depth.length; id++) {
            fragment[id] = number[root(parent, id)];
        }
        return fragment;
    }

    private static int root(int[] parent, int id) {
        int at = id;
        while (parent[at] != at) {
            at = parent[at];
        }
        return at;
    }

    /** The whole job as text: two jobs of equal text are the same. */
    public String text() {
        PlanIdentity identities = new PlanIdentity();
        return nodes.stream()
                .filter(n -> n.plan() instanceof Plan.SinkPlan)
                .map(n -> identities.of(n.plan()))
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** The meanings of the columns of an input of a node. */
    public List<String> inputColumns(Node node, int input) {
        return nodes.get(node.inputs().get(input).from()).meaning().columns();
    }

    /** Whether late rows pass there, the second output of the node that it leaves. Such an edge has no exchange. */
    public boolean isOfLateRows(Edge edge) {
        return nodes.get(edge.to()).plan() instanceof Plan.LateRows;
    }

    /** The edges that leave a node. */
    public List<Edge> outputs(int node) {
        return nodes.stream()
                .flatMap(n -> n.inputs().stream())
                .filter(edge -> edge.from() == node)
                .toList();
    }
}
