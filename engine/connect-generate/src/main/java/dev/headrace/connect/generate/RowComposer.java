package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Composite;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Gives ROW columns as a whole, over a maker that makes their leaves only: those are made into a batch of their own, and
 * put together.
 */
final class RowComposer implements RowMaker {
    /** A value to give: a leaf in the inner batch, or a ROW of such values. */
    private sealed interface Node {}

    private record Leaf(int column) implements Node {}

    private record Row(List<Node> fields, Composite.Writer writer) implements Node {}

    private final List<Node> wanted = new ArrayList<>();
    private final boolean emptyIsNull;
    private final RowMaker leaves;
    private final Batch inner;

    private RowComposer(ScanRequest request, boolean emptyIsNull, Function<ScanRequest, RowMaker> maker) {
        Map<ScanRequest.ScanColumn, Integer> columns = new LinkedHashMap<>();
        for (ScanRequest.ScanColumn column : request.columns()) {
            wanted.add(
                    column instanceof ScanRequest.Physical physical
                            ? node(physical.path(), physical.type(), columns)
                            : leaf(column, columns));
        }
        this.emptyIsNull = emptyIsNull;
        leaves = maker.apply(new ScanRequest(List.copyOf(columns.keySet())));
        inner = Batch.of(
                columns.keySet().stream().map(ScanRequest.ScanColumn::type).toList(), Batch.CAPACITY);
    }

    /** {@code emptyIsNull}: whether a ROW is null where all its fields are. */
    static RowMaker of(ScanRequest request, boolean emptyIsNull, Function<ScanRequest, RowMaker> maker) {
        boolean any = request.columns().stream().anyMatch(c -> c.type().kind() == Kind.ROW);
        return any ? new RowComposer(request, emptyIsNull, maker) : maker.apply(request);
    }

    private static Node node(List<Integer> path, DataType type, Map<ScanRequest.ScanColumn, Integer> columns) {
        if (type.kind() != Kind.ROW) {
            return leaf(new ScanRequest.Physical(path, type), columns);
        }
        List<Node> fields = new ArrayList<>();
        for (Field field : type.fields()) {
            List<Integer> below = new ArrayList<>(path);
            below.add(fields.size());
            fields.add(node(below, field.type(), columns));
        }
        return new Row(fields, Composite.Writer.ofRow(type));
    }

    private static Leaf leaf(ScanRequest.ScanColumn column, Map<ScanRequest.ScanColumn, Integer> columns) {
        int next = columns.size();
        Integer known = columns.putIfAbsent(column, next);
        return new Leaf(known == null ? next : known);
    }

    @Override
    public void make(Batch batch, int part, long index, int count) {
        inner.clear();
        inner.ensureCapacity(count);
        leaves.make(inner, part, index, count);
        for (int i = 0; i < wanted.size(); i++) {
            Column column = batch.column(i);
            switch (wanted.get(i)) {
                case Leaf leaf -> column.share(inner.column(leaf.column));
                case Row row -> compose(column, row, count);
            }
        }
        batch.setRows(count);
    }

    private void compose(Column column, Row row, int count) {
        ByteHeap heap = column.ownHeap();
        for (int at = 0; at < count; at++) {
            if (fill(row, at) || !emptyIsNull) {
                column.setLong(at, row.writer.finish(heap));
            } else {
                column.setNull(at);
            }
        }
        column.shareHeap(heap.bytes());
    }

    /** Sets the fields of a row, and tells whether any is not null. */
    private boolean fill(Row row, int at) {
        Composite.Writer writer = row.writer;
        writer.begin();
        boolean any = false;
        for (int i = 0; i < row.fields.size(); i++) {
            switch (row.fields.get(i)) {
                case Leaf leaf -> {
                    Column column = inner.column(leaf.column);
                    if (column.isNull(at)) {
                        continue;
                    }
                    any = true;
                    long value = column.values()[at];
                    boolean bytes = column.type().layout() == Layout.BYTES;
                    writer.set(i, bytes ? writer.parts().append(column.heap(), value) : value);
                }
                case Row below -> {
                    if (fill(below, at) || !emptyIsNull) {
                        any = true;
                        writer.set(i, below.writer.finish(writer.parts()));
                    }
                }
            }
        }
        return any;
    }
}
