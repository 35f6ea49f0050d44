SELECT b.auction, p.name
FROM bids AS b LEFT JOIN people AS p ON b.bidder = p.id
WHERE p.city = 'Bern';
