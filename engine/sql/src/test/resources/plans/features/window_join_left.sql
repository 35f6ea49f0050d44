SELECT b.auction, a.seller, b.window_start
FROM (SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(bid_time), INTERVAL '1' MINUTE))) AS b
LEFT JOIN (SELECT * FROM TABLE(TUMBLE(TABLE asks, DESCRIPTOR(ask_time), INTERVAL '1' MINUTE))) AS a
ON b.auction = a.auction AND b.window_start = a.window_start AND b.window_end = a.window_end;
