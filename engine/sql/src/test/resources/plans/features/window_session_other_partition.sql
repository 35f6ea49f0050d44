SELECT channel, window_start, window_end, COUNT(*) AS number
FROM TABLE(SESSION(TABLE bids PARTITION BY bidder, DESCRIPTOR(bid_time), INTERVAL '30' SECOND))
GROUP BY channel, window_start, window_end;
