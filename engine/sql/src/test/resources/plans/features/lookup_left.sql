SELECT b.auction, p.name
FROM bids AS b
LEFT JOIN people FOR SYSTEM_TIME AS OF b.seen AS p ON p.id = b.bidder AND p.city = 'Bern'
WHERE b.price > 3;
