SELECT channel,
       TUMBLE_START(bid_time, INTERVAL '1' HOUR) AS s,
       TUMBLE_END(bid_time, INTERVAL '1' HOUR) AS e,
       TUMBLE_ROWTIME(bid_time, INTERVAL '1' HOUR) AS t,
       COUNT(DISTINCT bidder) AS bidders
FROM bids
GROUP BY TUMBLE(bid_time, INTERVAL '1' HOUR), channel
HAVING COUNT(*) > 3;
