SELECT b.auction, p.name FROM bids AS b JOIN people FOR SYSTEM_TIME AS OF b.bid_time AS p ON p.id = b.bidder;
