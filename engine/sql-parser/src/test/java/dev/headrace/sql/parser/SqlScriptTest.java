package dev.headrace.sql.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t (a INT, b STRING NOT NULL) WITH ('connector' = 'print')",
                "CREATE TEMPORARY TABLE IF NOT EXISTS t (a BIGINT COMMENT 'id') COMMENT 'x' WITH ()",
                "CREATE TABLE t (a INT, ts TIMESTAMP(3), d AS a * 2, WATERMARK FOR ts AS ts - INTERVAL '4' SECOND)",
                "CREATE TABLE t (a INT, o BIGINT METADATA FROM 'offset' VIRTUAL, p TIMESTAMP_LTZ(3) METADATA)",
                "CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED)",
                "CREATE TABLE t (a INT, b INT, CONSTRAINT k PRIMARY KEY (a, b) NOT ENFORCED) PARTITIONED BY (b)",
                "CREATE TABLE t (r ROW<a INT, `dateTime` TIMESTAMP(3), n ROW<x ARRAY<INT NOT NULL>>>, m MAP<STRING, BIGINT>)",
                "CREATE TABLE t (r ROW(a INT, b STRING), a INT ARRAY, s MULTISET<STRING>, x DECIMAL(10, 2), y BYTES)",
                "CREATE TABLE t (t1 TIMESTAMP(3) WITH LOCAL TIME ZONE, t2 TIMESTAMP WITHOUT TIME ZONE, t3 TIME(0), d DATE)",
                "CREATE TABLE t WITH ('a' = 'b') LIKE other (EXCLUDING OPTIONS)",
                "CREATE TABLE t WITH ('a' = 'b') AS SELECT 1",
                "CREATE VIEW v AS SELECT * FROM t",
                "CREATE TEMPORARY VIEW IF NOT EXISTS v (a, b) AS SELECT 1, 2",
                "CREATE FUNCTION f AS 'com.example.F'",
                "CREATE TEMPORARY SYSTEM FUNCTION f AS 'com.example.F' LANGUAGE JAVA USING JAR 'a.jar'",
                "DROP TABLE IF EXISTS t",
                "SET 'table.exec.state.ttl' = '1 h'",
                "RESET 'a'",
                "EXPLAIN SELECT 1",
                "EXPLAIN CHANGELOG_MODE, ESTIMATED_COST INSERT INTO t SELECT 1",
                "EXPLAIN PLAN FOR SELECT 1",
                "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END",
                "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END",
                "EXPLAIN EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END",
                "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')",
                "SHOW TABLES",
                "DESCRIBE t",
                "SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))"
                        + " GROUP BY window_start",
                "SELECT * FROM TABLE(HOP(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SLIDE => INTERVAL '2' SECOND,"
                        + " SIZE => INTERVAL '10' SECOND))",
                "SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' MINUTE))",
                "SELECT * FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '1' HOUR))",
                "SELECT TUMBLE_START(ts, INTERVAL '1' HOUR) FROM t GROUP BY TUMBLE(ts, INTERVAL '1' HOUR)",
                "SELECT * FROM a JOIN b FOR SYSTEM_TIME AS OF a.p AS x ON a.k = x.k",
                "SELECT TRY_CAST(a AS STRING), CAST(b AS TIMESTAMP_LTZ(3)), IF(a > 1, 2, 3) FROM t",
                "SELECT COUNT(DISTINCT a) FILTER (WHERE b > 1) FROM t GROUP BY c HAVING COUNT(*) > 1",
                "SELECT * FROM t /*+ OPTIONS('a' = 'b') */",
                "WITH x AS (SELECT 1 AS a) SELECT a FROM x UNION ALL SELECT 2",
                "SELECT * FROM t, LATERAL TABLE(f(a)) AS s (w)",
                "SELECT a, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) AS rn FROM t",
                "SELECT DATE_FORMAT(ts, 'yyyy'), EXTRACT(HOUR FROM ts), INTERVAL '1' DAY + ts FROM t",
                "SELECT string, tables, metadata, watermark, virtual FROM t"
            })
    void it_takes(String statement) throws SqlScriptException {
        assertThat(SqlScript.parse(statement)).hasSize(1);
        assertThat(SqlScript.parse("\n-- a comment; with a semicolon\n" + statement + " ;\n;"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT FROM t                 | 1 | 8  | 'FROM' cannot stand here",
                "CREATE TABLE t (a INT         | 1 | 21 | the script ends too early",
                "SELECT 1; SELEC 2             | 1 | 11 | 'SELEC' begins no statement",
                "CREATE CATALOG c WITH ()      | 1 | 1  | CREATE CATALOG is not supported; there is one catalog",
                "SELECT 1; ALTER TABLE t RENAME TO u | 1 | 11  | ALTER is not supported; change the declaration itself",
                "CREATE TABLE t (a INT) WITH ('a' = 1) | 1 | 36 | '1' cannot stand here; expected QUOTED_STRING"
            })
    void it_refuses(String statement, int line, int column, String message) {
        assertThatThrownBy(() -> SqlScript.parse(statement)).satisfies(thrown -> {
            SqlScriptException e = (SqlScriptException) thrown;
            assertThat(e).hasMessageContaining(message);
            assertThat(e.line() + ":" + e.column()).isEqualTo(line + ":" + column);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "CREATE TABLE out (k BIGINT)              | 1:14 | out",
                "CREATE TABLE IF NOT EXISTS out (k INT)   | 1:28 | out",
                "CREATE VIEW out AS SELECT 1              | 1:13 | out",
                "CREATE TABLE t (a INT, value INT)        | 1:24 | value",
                "CREATE TABLE t (value INT, `year` INT, month INT) | 1:17 | value",
                "INSERT INTO out SELECT 1                 | 1:13 | out",
                "SELECT a AS value FROM t                 | 1:13 | value",
                "SELECT value FROM t                      | 1:8  | value",
                "SELECT t.value FROM t                    | 1:10 | value",
                "SELECT 1 FROM out                        | 1:15 | out",
                "SELECT 1; SELECT 2 AS end, 3 AS start    | 1:23 | end",
                "SELECT 'value' AS a, out.b FROM t AS out | 1:22 | out"
            })
    void a_reserved_word_that_stands_for_a_name_is_named(String statement, String place, String word) {
        assertThatThrownBy(() -> SqlScript.parse(statement)).satisfies(thrown -> {
            SqlScriptException e = (SqlScriptException) thrown;
            assertThat(e)
                    .hasMessage("'%s' is a reserved word; as a name it is written in backquotes: `%s`"
                            .formatted(word, word));
            assertThat(e.line() + ":" + e.column()).isEqualTo(place);
        });
    }

    @Test
    void positions_count_over_the_whole_script() {
        assertThatThrownBy(() -> SqlScript.parse("SELECT 1;\n\nSELECT a\n  FROM WHERE"))
                .satisfies(e -> assertThat(((SqlScriptException) e).line()).isEqualTo(4));
    }

    @Test
    void a_table_is_told_apart_into_its_columns() throws SqlScriptException {
        List<SqlNode> nodes = SqlScript.parse("""
                CREATE TABLE t (
                  a INT NOT NULL,
                  b AS a + 1,
                  c STRING METADATA FROM 'topic' VIRTUAL,
                  d TIMESTAMP(3) METADATA,
                  WATERMARK FOR d AS d,
                  PRIMARY KEY (a) NOT ENFORCED
                ) WITH ('x' = 'it''s', 'y' = '2');
                INSERT INTO t SELECT 1
                """);
        Statement.CreateTable table = (Statement.CreateTable) ((StatementNode) nodes.getFirst()).statement();
        assertThat(table.columns()).hasSize(4);
        assertThat(((Statement.PhysicalColumn) table.columns().get(0)).type().getNullable())
                .isFalse();
        assertThat(table.columns().get(2)).isInstanceOfSatisfying(Statement.MetadataColumn.class, c -> {
            assertThat(c.key()).isEqualTo("topic");
            assertThat(c.virtual()).isTrue();
        });
        assertThat(table.primaryKey()).extracting(Object::toString).containsExactly("a");
        assertThat(table.options()).containsEntry("x", "it's").containsEntry("y", "2");
        assertThat(nodes.get(1)).isInstanceOf(SqlInsert.class);
    }

    @Test
    void an_empty_script_has_no_statements() throws SqlScriptException {
        assertThat(SqlScript.parse(" -- nothing\n ; /* here */ ")).isEmpty();
    }
}
