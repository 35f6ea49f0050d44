SELECT COALESCE(b.auction, a.auction) AS auction, a.seller, b.bidder
FROM bids AS b FULL JOIN asks AS a ON b.auction = a.auction;
