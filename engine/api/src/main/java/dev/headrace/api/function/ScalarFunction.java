package dev.headrace.api.function;

/**
 * A function of a user's, declared with {@code CREATE FUNCTION f AS 'class'}. The class has a public constructor without
 * arguments and one or more public methods {@code eval}, whose parameters and result are of the types below; a call
 * takes the overload whose parameters fit best. A primitive parameter makes the result null when its argument is null.
 *
 * <table><caption>SQL types and Java types</caption>
 * <tr><td>BOOLEAN</td><td>boolean, Boolean</td></tr>
 * <tr><td>TINYINT, SMALLINT, INT</td><td>int, Integer (also byte, short)</td></tr>
 * <tr><td>BIGINT</td><td>long, Long</td></tr>
 * <tr><td>FLOAT, DOUBLE</td><td>float, Float, double, Double</td></tr>
 * <tr><td>DECIMAL</td><td>java.math.BigDecimal</td></tr>
 * <tr><td>CHAR, VARCHAR, STRING</td><td>String</td></tr>
 * <tr><td>BINARY, VARBINARY, BYTES</td><td>byte[]</td></tr>
 * <tr><td>DATE</td><td>java.time.LocalDate</td></tr>
 * <tr><td>TIME</td><td>java.time.LocalTime</td></tr>
 * <tr><td>TIMESTAMP</td><td>java.time.LocalDateTime</td></tr>
 * <tr><td>TIMESTAMP_LTZ</td><td>java.time.Instant</td></tr>
 * </table>
 *
 * <p>Instances are used by one thread. A function must give the same result for the same arguments, unless {@link
 * #isDeterministic()} says no.
 */
public abstract class ScalarFunction {
    /** Called once before the first row. */
    public void open() {}

    /** Called once after the last row. */
    public void close() {}

    public boolean isDeterministic() {
        return true;
    }
}
