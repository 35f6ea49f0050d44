package dev.headrace.sql.validate;

import dev.headrace.sql.catalog.TableEntry;
import java.util.List;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;

/** A scan of a declared table: all its columns, with computed columns and the watermark as expressions over them. */
public final class SourceScan extends AbstractRelNode {
    private final TableEntry table;
    private final List<RexNode> computed;
    private final List<RexNode> watermark;

    /**
     * @param computed for each column that is computed, its expression over the columns before it; null for others
     * @param watermark the watermark's expression, or none
     */
    SourceScan(
            RelOptCluster cluster,
            TableEntry table,
            RelDataType rowType,
            List<RexNode> computed,
            List<RexNode> watermark) {
        super(cluster, RelTraitSet.createEmpty().plus(Convention.NONE));
        this.table = table;
        this.computed = computed;
        this.watermark = watermark;
        this.rowType = rowType;
    }

    public TableEntry table() {
        return table;
    }

    public List<RexNode> computed() {
        return computed;
    }

    public List<RexNode> watermark() {
        return watermark;
    }

    @Override
    public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
        return this;
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("table", table.definition().name());
    }
}
