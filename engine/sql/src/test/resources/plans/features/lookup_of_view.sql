CREATE VIEW citizens AS SELECT id, UPPER(name) AS name FROM people WHERE city IS NOT NULL;
SELECT b.auction, p.name
FROM bids AS b
JOIN citizens FOR SYSTEM_TIME AS OF b.seen AS p ON p.id = b.bidder;
