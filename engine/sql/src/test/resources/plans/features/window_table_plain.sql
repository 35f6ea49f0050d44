SELECT auction, price, window_start, window_end, window_time
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '10' MINUTE))
WHERE price > 10 AND window_start > TIMESTAMP '2024-01-01 00:00:00';
