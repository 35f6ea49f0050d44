SELECT auction, price, (SELECT COUNT(*) FROM asks AS a WHERE a.auction = b.auction) AS asked
FROM bids AS b
WHERE price >= (SELECT MAX(price) FROM bids AS o WHERE o.auction = b.auction);
