package dev.headrace.sql.function;

import dev.headrace.api.error.Names;
import dev.headrace.sql.error.SqlError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeFieldImpl;
import org.apache.calcite.rel.type.RelRecordType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.SqlWindowTableFunction;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandMetadata;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** TUMBLE, HOP, CUMULATE and SESSION as table functions; their rows have window_start, window_end and window_time. */
public final class WindowFunctions {
    public static final SqlWindowTableFunction TUMBLE =
            new Function("TUMBLE", List.of("DATA", "TIMECOL", "SIZE", "OFFSET"), 3);
    public static final SqlWindowTableFunction HOP =
            new Function("HOP", List.of("DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"), 4);
    public static final SqlWindowTableFunction CUMULATE =
            new Function("CUMULATE", List.of("DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"), 4);
    /** PARTITION BY is a descriptor between the time and the gap: {@link #positional} puts it there. */
    public static final SqlWindowTableFunction SESSION =
            new Function("SESSION", List.of("DATA", "TIMECOL", "GAP", "PARTITION"), 3);

    private WindowFunctions() {}

    public static List<SqlOperator> all() {
        return List.of(TUMBLE, HOP, CUMULATE, SESSION);
    }

    /** SESSION(TABLE t PARTITION BY k, ..) with the partition's columns as a last argument, which conversion keeps. */
    public static SqlNode positional(SqlCall call) {
        if (!call.getOperator().getName().equalsIgnoreCase(SESSION.getName())) {
            return call;
        }
        List<SqlNode> operands = new ArrayList<>();
        for (SqlNode operand : call.getOperandList()) {
            operands.add(operand);
            if (operand instanceof SqlCall named && operand.getKind() == SqlKind.ARGUMENT_ASSIGNMENT) {
                String name = named.operand(1).toString().toUpperCase(Locale.ROOT);
                int place = List.of("DATA", "TIMECOL", "GAP").indexOf(name);
                if (place < 0 || call.operandCount() != 3) {
                    return call;
                }
                operands = new ArrayList<>(Collections.nCopies(3, operand));
                for (SqlNode other : call.getOperandList()) {
                    SqlCall argument = (SqlCall) other;
                    String argumentName = argument.operand(1).toString().toUpperCase(Locale.ROOT);
                    operands.set(List.of("DATA", "TIMECOL", "GAP").indexOf(argumentName), argument.operand(0));
                }
                break;
            }
        }
        if (operands.getFirst() instanceof SqlCall table && table.getKind() == SqlKind.SET_SEMANTICS_TABLE) {
            SqlNodeList partition = table.operand(1);
            operands.set(0, table.operand(0));
            if (!partition.isEmpty()) {
                operands.add(SqlStdOperatorTable.DESCRIPTOR.createCall(partition));
            }
        }
        return call.getOperator().createCall(call.getParserPosition(), operands);
    }

    private static final class Function extends SqlWindowTableFunction {
        Function(String name, List<String> parameters, int mandatory) {
            super(name, new Operands(parameters, mandatory));
        }

        @Override
        public boolean argumentMustBeScalar(int ordinal) {
            return ordinal != 0;
        }

        @Override
        public SqlReturnTypeInference getRowTypeInference() {
            return Function::rowType;
        }

        private static RelDataType rowType(SqlOperatorBinding binding) {
            RelDataTypeFactory factory = binding.getTypeFactory();
            RelDataType input = binding.getOperandType(0);
            RelDataType time = factory.createTypeWithNullability(timeType(binding, input), false);
            List<org.apache.calcite.rel.type.RelDataTypeField> fields = new ArrayList<>(input.getFieldList());
            for (String name : List.of("window_start", "window_end", "window_time")) {
                fields.add(new RelDataTypeFieldImpl(name, fields.size(), time));
            }
            return new RelRecordType(input.getStructKind(), fields);
        }

        /** The window's columns are TIMESTAMP(3), also where the time is TIMESTAMP_LTZ, as in Flink; but window_time. */
        private static RelDataType timeType(SqlOperatorBinding binding, RelDataType input) {
            return binding.getTypeFactory().createSqlType(SqlTypeName.TIMESTAMP, 3);
        }
    }

    private record Operands(List<String> parameters, int mandatory) implements SqlOperandMetadata {
        @Override
        public boolean checkOperandTypes(SqlCallBinding binding, boolean throwOnFailure) {
            boolean right = binding.getOperandCount() >= mandatory
                    && binding.getOperandCount() <= parameters.size()
                    && binding.operand(1).getKind() == SqlKind.DESCRIPTOR;
            if (!right && throwOnFailure) {
                throw binding.newValidationSignatureError();
            }
            for (int i = 1; right && i < binding.getOperandCount(); i++) {
                if (binding.operand(i).getKind() == SqlKind.DESCRIPTOR) {
                    checkColumns(binding, (SqlCall) binding.operand(i));
                } else if (!SqlTypeUtil.isInterval(binding.getOperandType(i))) {
                    throw SqlError.at(
                            binding.operand(i).getParserPosition(),
                            binding.getOperator().getName()
                                    + " takes lengths as intervals, such as INTERVAL '10' SECOND");
                }
            }
            return right;
        }

        private static void checkColumns(SqlCallBinding binding, SqlCall descriptor) {
            List<String> columns = binding.getOperandType(0).getFieldNames();
            for (SqlNode column : descriptor.getOperandList()) {
                if (!columns.contains(column.toString())) {
                    throw SqlError.at(
                            column.getParserPosition(),
                            "there is no column '" + column + "'" + Names.suggestion(column.toString(), columns));
                }
            }
        }

        @Override
        public SqlOperandCountRange getOperandCountRange() {
            return SqlOperandCountRanges.between(mandatory, parameters.size());
        }

        @Override
        public String getAllowedSignatures(SqlOperator operator, String name) {
            return name + "(TABLE table, DESCRIPTOR(time column), "
                    + String.join(", ", parameters.subList(2, parameters.size())) + ")";
        }

        @Override
        public List<RelDataType> paramTypes(RelDataTypeFactory factory) {
            return parameters.stream()
                    .map(p -> factory.createSqlType(SqlTypeName.ANY))
                    .toList();
        }

        @Override
        public List<String> paramNames() {
            return parameters;
        }

        @Override
        public boolean isOptional(int parameter) {
            return parameter >= mandatory;
        }
    }
}
