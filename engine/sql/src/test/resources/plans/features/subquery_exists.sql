SELECT auction FROM bids AS b
WHERE EXISTS (SELECT * FROM asks AS a WHERE a.auction = b.auction AND a.seller <> b.bidder);
