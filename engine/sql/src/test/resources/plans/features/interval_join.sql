SELECT b.auction, b.price, a.seller
FROM bids AS b, asks AS a
WHERE b.auction = a.auction
  AND b.bid_time BETWEEN a.ask_time - INTERVAL '10' MINUTE AND a.ask_time + INTERVAL '1' HOUR
  AND b.price > 5;
