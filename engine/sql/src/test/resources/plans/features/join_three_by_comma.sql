SELECT b.price, a.seller, p.name
FROM bids AS b, asks AS a, people AS p
WHERE b.auction = a.auction AND a.seller = p.id AND p.city <> 'Bern';
