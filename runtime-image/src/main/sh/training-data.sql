-- The lines that training.sql reads: objects of two kinds, one of which is null.
CREATE TABLE made (n BIGINT, price BIGINT, name STRING, text STRING, seconds INT) WITH (
  'connector' = 'datagen', 'number-of-rows' = '60000', 'rows-per-second' = '10000000',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '100000', 'fields.n.end' = '159999',
  'fields.price.min' = '1', 'fields.price.max' = '2000000000',
  'fields.name.length' = '9', 'fields.text.length' = '70',
  'fields.seconds.min' = '10', 'fields.seconds.max' = '59');
CREATE TABLE lines (line STRING) WITH ('connector' = 'filesystem', 'path' = 'lines', 'format' = 'raw');
INSERT INTO lines SELECT CASE WHEN MOD(n, 20) = 0
  THEN '{"kind":0,"shop":{"id":' || CAST(MOD(n, 5000) AS STRING) || ',"name":"' || name || '","town":"'
    || SUBSTRING(text, 1, 7) || '","opened":"2024-01-01 0' || CAST(n / 20000 AS STRING) || ':00:'
    || CAST(seconds AS STRING) || '.125"},"sale":null}'
  ELSE '{"kind":1,"shop":null,"sale":{"shop":' || CAST(MOD(price, 5000) AS STRING) || ',"buyer":'
    || CAST(MOD(price, 311) AS STRING) || ',"price":' || CAST(price AS STRING) || ',"way":"' || SUBSTRING(name, 1, 3)
    || '","text":"' || text || '","sold":"2024-01-01 0' || CAST(n / 20000 AS STRING) || ':00:'
    || CAST(seconds AS STRING) || '.25"}}' END
FROM made;
