package dev.headrace.sql.validate;

import java.util.function.Function;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TemporalTable;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;

/** A table or view as the validator sees it: a row type, and what stands for it in a plan. */
final class CatalogTable extends AbstractTable implements TranslatableTable, TemporalTable {
    private final RelDataType rowType;
    private final Function<RelOptTable.ToRelContext, RelNode> toRel;

    CatalogTable(RelDataType rowType, Function<RelOptTable.ToRelContext, RelNode> toRel) {
        this.rowType = rowType;
        this.toRel = toRel;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        return rowType;
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        return toRel.apply(context);
    }

    // Every table can stand behind FOR SYSTEM_TIME AS OF; the planner says which of them it can look up.

    @Override
    public String getSysStartFieldName() {
        return "sys_start";
    }

    @Override
    public String getSysEndFieldName() {
        return "sys_end";
    }
}
