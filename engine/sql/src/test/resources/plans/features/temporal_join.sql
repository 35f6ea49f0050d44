CREATE TABLE rates (since TIMESTAMP(3), item STRING, rate INT, note STRING, PRIMARY KEY (item) NOT ENFORCED,
  WATERMARK FOR since AS since - INTERVAL '5' SECOND) WITH ('connector' = 'test', 'changes' = 'upsert');
SELECT b.auction, r.rate FROM bids AS b LEFT JOIN rates FOR SYSTEM_TIME AS OF b.bid_time AS r
ON r.item = b.channel AND r.rate > 3;
