SELECT b.auction, p.name
FROM bids AS b LEFT JOIN people AS p ON b.bidder = p.id AND p.city = 'Bern'
WHERE b.price > 3;
