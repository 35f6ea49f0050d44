package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.SinkOperator;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * A fragment in one worker. It takes rows from its scans and channels, passes each batch through its operators to the end,
 * and takes part in a snapshot once every channel has delivered the barrier: its state then holds the effects of exactly
 * what came before the barrier on every input.
 */
final class Task {
    private final int fragment;
    private final List<Operator> operators;
    private final List<TaskTime> eventTimes;
    private final List<SourceInput> sources;
    private final List<ChannelInput> channels;
    private final List<ExchangeSender> senders;
    private final Map<String, SinkOperator> sinks;
    private final TaskState state;
    private int turn;
    private boolean begun;
    private long lastSnapshot;
    private boolean finished;
    private boolean stopped;

    /**
     * @param operators inputs before consumers
     * @param eventTimes of those among them that ask it, in the same order
     * @param sinks those among the operators, by identity
     * @param lastSnapshot id of the snapshot that the task starts from, 0 for none
     */
    Task(
            int fragment,
            List<Operator> operators,
            List<TaskTime> eventTimes,
            List<SourceInput> sources,
            List<ChannelInput> channels,
            List<ExchangeSender> senders,
            Map<String, SinkOperator> sinks,
            TaskState state,
            long lastSnapshot) {
        this.lastSnapshot = lastSnapshot;
        this.fragment = fragment;
        this.operators = List.copyOf(operators);
        this.eventTimes = List.copyOf(eventTimes);
        this.sources = List.copyOf(sources);
        this.channels = List.copyOf(channels);
        this.senders = List.copyOf(senders);
        this.sinks = new LinkedHashMap<>(sinks);
        this.state = state;
    }

    /** Fills the state from the snapshot that the job starts from, or has rows come later; before the first step. */
    void restore(Optional<ExecutorService> readers) {
        state.restore(readers);
        operators.forEach(Operator::restored);
    }

    /** What a task hands over at a barrier. */
    record Frozen(SnapshotWriter.Part part, Map<String, byte[]> committables) {}

    /** What came of a step. */
    enum Step {
        WORKED,
        NOTHING,
        /** A channel downstream is full. */
        BLOCKED
    }

    /** Nothing is asked of the sources until their next step. */
    void holdSources() {
        sources.forEach(SourceInput::hold);
    }

    /** Handles up to one batch of one input; of a source one of {@code sourceRows} at most, and none if that is 0. Where these are fewer than a batch can
     * have, they are not gathered into larger ones on their way either.
     */
    Step step(int sourceRows) {
        if (stopped || finished) {
            return Step.NOTHING;
        }
        begin();
        for (ExchangeSender sender : senders) {
            if (sender.isFull()) {
                holdSources();
                return Step.BLOCKED;
            }
        }
        int inputs = channels.size() + sources.size();
        for (int tries = 0; tries < inputs; tries++) {
            turn = turn + 1 >= inputs ? 0 : turn + 1;
            if (turn < channels.size()
                    ? channels.get(turn).step()
                    : read(sources.get(turn - channels.size()), sourceRows)) {
                if (sourceRows < Batch.CAPACITY) {
                    senders.forEach(ExchangeSender::flush);
                }
                return Step.WORKED;
            }
        }
        if (hasAllInput()) {
            finish();
            return Step.WORKED;
        }
        return Step.NOTHING;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            eventTimes.forEach(TaskTime::begin);
        }
    }

    private static boolean read(SourceInput source, int rows) {
        if (rows > 0) {
            return source.step(rows);
        }
        source.hold();
        return false;
    }

    private boolean hasAllInput() {
        return channels.stream().allMatch(ChannelInput::hasEnded)
                && sources.stream().allMatch(SourceInput::hasEnded);
    }

    private void finish() {
        endEpoch();
        senders.forEach(ExchangeSender::end);
        finished = true;
    }

    /** Whether all input has come and all its effects have gone out. */
    boolean hasFinished() {
        return finished;
    }

    void processingTime(long millis) {
        for (Operator operator : operators) {
            operator.processingTime(millis);
        }
    }

    /** Emits what has changed, operator by operator, so that each sees what those before it emit. */
    void endEpoch() {
        for (Operator operator : operators) {
            operator.endEpoch();
        }
        senders.forEach(ExchangeSender::flush);
        state.compact();
        sources.forEach(SourceInput::measure);
    }

    /** Whether the task can take its part in that snapshot now and has not done so. */
    boolean isReadyFor(long snapshot) {
        return !stopped && snapshot > lastSnapshot && channels.stream().allMatch(ChannelInput::isAligned);
    }

    /** Takes the task's part in a snapshot and passes the barrier on. */
    Frozen snapshot(long snapshot, boolean thenStop) {
        begin();
        if (!finished) {
            endEpoch();
        }
        Map<String, byte[]> committables = new LinkedHashMap<>();
        sinks.forEach((identity, sink) ->
                sink.prepare(snapshot).ifPresent(committable -> committables.put(identity, committable)));
        List<Manifest.SplitState> splits = new ArrayList<>();
        sources.forEach(source -> splits.addAll(source.splitStates()));
        List<Manifest.EventTime> reached =
                eventTimes.stream().map(TaskTime::reached).toList();
        Frozen frozen =
                new Frozen(new SnapshotWriter.Part(state.freeze(), splits, reached, state.sequences()), committables);
        if (!finished) {
            senders.forEach(sender -> sender.barrier(snapshot));
        }
        channels.forEach(ChannelInput::passBarrier);
        lastSnapshot = snapshot;
        stopped = thenStop;
        return frozen;
    }

    int fragment() {
        return fragment;
    }

    List<SourceInput> sources() {
        return sources;
    }

    Map<String, SinkOperator> sinks() {
        return sinks;
    }

    List<Operator> operators() {
        return operators;
    }

    TaskState state() {
        return state;
    }

    /** Closes all, and then throws the first failure. */
    void close() {
        List<Runnable> all = new ArrayList<>();
        sources.forEach(s -> all.add(s::close));
        operators.forEach(o -> all.add(o::close));
        Closing.all(all).ifPresent(e -> {
            throw e;
        });
    }
}
