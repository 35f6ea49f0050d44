SELECT auction / 2 AS half, MOD(auction, 2) AS odd, price / 3 AS third, price * price AS square, price + 1 AS more,
       CAST('12' AS INT) AS twelve, auction + 0.5 AS d, '1' || channel AS text
FROM bids
WHERE bid_time > '2024-01-01 00:00:00' AND bid_time < TIMESTAMP '2024-02-01 00:00:00' + INTERVAL '1' DAY AND 1 = 1 AND 2 > 1 + 0;
