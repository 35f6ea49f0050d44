SELECT auction, price,
       SUM(price) OVER w AS total,
       AVG(price) OVER w AS average,
       COUNT(*) OVER w AS number
FROM bids
WINDOW w AS (PARTITION BY auction ORDER BY bid_time RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW);
