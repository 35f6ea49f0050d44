SELECT auction, bidder, price FROM (
  SELECT auction, bidder, price, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, bidder) AS rn FROM bids
) WHERE rn BETWEEN 2 AND 5 AND auction > 7 AND bidder > 3;
