SELECT window_start, window_end, channel, COUNT(*) AS number
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, GROUPING SETS ((channel), ());
