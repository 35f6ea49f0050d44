-- What the JVM is shown once after a build, so that it starts faster: each kind of step on a few rows.
CREATE TABLE plain (
  a BIGINT, b STRING, c DOUBLE, d DECIMAL(10, 2), t TIMESTAMP(3), p AS PROCTIME(), WATERMARK FOR t AS t - INTERVAL '1' HOUR
) WITH ('connector' = 'datagen', 'number-of-rows' = '5000', 'rows-per-second' = '1000000', 'fields.a.max' = '100');
CREATE TABLE side (k BIGINT, v STRING)
  WITH ('connector' = 'datagen', 'number-of-rows' = '100', 'rows-per-second' = '1000000');
CREATE VIEW once AS
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY b ORDER BY p ASC) AS rn FROM plain) WHERE rn = 1;
SELECT window_start, UPPER(b) AS b, COUNT(*) AS n, AVG(c) AS c, COUNT(DISTINCT a) AS a
FROM TABLE(TUMBLE(TABLE once, DESCRIPTOR(t), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, UPPER(b);
SELECT a, n FROM (
  SELECT a, n, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC) AS place FROM (
    SELECT a, COUNT(*) AS n, window_start, window_end
    FROM TABLE(HOP(TABLE plain, DESCRIPTOR(t), INTERVAL '1' HOUR, INTERVAL '3' HOUR))
    GROUP BY a, window_start, window_end)) WHERE place <= 3;
SELECT x.a, y.b, DATE_FORMAT(x.t, 'yyyy-MM-dd') AS d FROM plain AS x
LEFT JOIN once AS y ON x.a = y.a AND y.t BETWEEN x.t - INTERVAL '1' MINUTE AND x.t;
SELECT x.a, s.v FROM plain AS x LEFT JOIN side FOR SYSTEM_TIME AS OF x.p AS s ON x.a = s.k;
SELECT a, SUM(d) AS d, MAX(b) AS b FROM plain WHERE c > 0.5 GROUP BY a HAVING COUNT(*) > 1;
-- JSON lines, made by training-data.sql.
CREATE TABLE lines (
  kind INT,
  shop ROW<id BIGINT, name STRING, town STRING, opened TIMESTAMP(3)>,
  sale ROW<shop BIGINT, buyer BIGINT, price BIGINT, way STRING, text STRING, sold TIMESTAMP(3)>,
  t AS CASE kind WHEN 0 THEN shop.opened ELSE sale.sold END,
  WATERMARK FOR t AS t - INTERVAL '1' MINUTE
) WITH ('connector' = 'filesystem', 'path' = 'lines', 'format' = 'json');
CREATE VIEW shop AS SELECT shop.id, shop.name, shop.town, t FROM lines WHERE kind = 0;
CREATE VIEW sale AS SELECT sale.shop, sale.buyer, sale.price, sale.way, sale.text, t FROM lines WHERE kind = 1;
CREATE TABLE nothing (shop BIGINT, buyer BIGINT, price BIGINT, way STRING, text STRING, t TIMESTAMP(3))
  WITH ('connector' = 'blackhole');
INSERT INTO nothing SELECT * FROM sale;
SELECT shop, window_start, COUNT(*) AS n, MAX(price) AS top
FROM TABLE(HOP(TABLE sale, DESCRIPTOR(t), INTERVAL '1' MINUTE, INTERVAL '10' MINUTE))
GROUP BY shop, window_start, window_end HAVING COUNT(*) > 20;
INSERT INTO nothing
SELECT shop, buyer, price, way, text, t FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY shop, buyer ORDER BY t DESC) AS place FROM sale) WHERE place <= 1;
INSERT INTO nothing SELECT x.shop, x.buyer, x.price, y.name, x.text, x.t FROM sale AS x JOIN shop AS y ON x.shop = y.id;
SELECT way, COUNT(*) FILTER (WHERE price < 1000) AS few, SUM(price) AS p FROM sale GROUP BY way HAVING COUNT(*) > 12;
