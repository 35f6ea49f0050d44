SELECT * FROM (SELECT auction, price, RANK() OVER (PARTITION BY auction ORDER BY price) AS r FROM bids) WHERE r <= 3;
