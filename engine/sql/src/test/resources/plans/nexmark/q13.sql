SELECT b.auction, b.bidder, b.price, b.`dateTime`, s.`value`
FROM bid_proctime AS b
JOIN side_input FOR SYSTEM_TIME AS OF b.p_time AS s ON MOD(b.auction, 10000) = s.`key`;
