SELECT b.auction, a.seller, a.ask_time
FROM bids AS b
LEFT JOIN asks AS a
ON b.auction = a.auction AND a.ask_time >= b.bid_time AND a.ask_time < b.bid_time + INTERVAL '1' HOUR;
