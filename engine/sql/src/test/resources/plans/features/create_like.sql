CREATE TABLE more_bids (extra STRING) WITH ('bounded' = 'true') LIKE bids;
SELECT auction, extra, window_start FROM TABLE(TUMBLE(TABLE more_bids, DESCRIPTOR(bid_time), INTERVAL '1' MINUTE));
