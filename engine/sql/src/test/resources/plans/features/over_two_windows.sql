SELECT auction,
       SUM(price) OVER (PARTITION BY auction ORDER BY bid_time ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS last10,
       ROW_NUMBER() OVER (PARTITION BY bidder ORDER BY bid_time) AS nth
FROM bids;
