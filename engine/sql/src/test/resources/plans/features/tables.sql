CREATE TABLE bids (
  auction BIGINT NOT NULL,
  bidder BIGINT,
  price DECIMAL(10, 2),
  channel STRING,
  bid_time TIMESTAMP(3),
  received TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  seen AS PROCTIME(),
  WATERMARK FOR bid_time AS bid_time - INTERVAL '5' SECOND
) WITH ('connector' = 'test');

CREATE TABLE asks (
  auction BIGINT NOT NULL,
  seller BIGINT,
  ask_time TIMESTAMP(3),
  WATERMARK FOR ask_time AS ask_time - INTERVAL '5' SECOND
) WITH ('connector' = 'test');

CREATE TABLE people (
  id BIGINT,
  name STRING,
  city STRING,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'test', 'bounded' = 'true');

CREATE TABLE prices (
  product STRING,
  price BIGINT,
  PRIMARY KEY (product) NOT ENFORCED
) WITH ('connector' = 'test', 'changes' = 'upsert');

CREATE TABLE orders (
  id BIGINT,
  product STRING,
  amount INT,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'test', 'changes' = 'retract');

CREATE TABLE counts (
  channel STRING,
  number BIGINT,
  PRIMARY KEY (channel) NOT ENFORCED
) WITH ('connector' = 'test', 'accepts' = 'upsert');

CREATE TABLE all_changes (channel STRING, number BIGINT) WITH ('connector' = 'test', 'accepts' = 'retract');

CREATE TABLE only_inserts (channel STRING, number BIGINT) WITH ('connector' = 'test', 'accepts' = 'insert-only');
