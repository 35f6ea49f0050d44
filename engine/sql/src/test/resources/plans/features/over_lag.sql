SELECT auction, price, price - LAG(price) OVER (PARTITION BY auction ORDER BY bid_time) AS difference FROM bids;
