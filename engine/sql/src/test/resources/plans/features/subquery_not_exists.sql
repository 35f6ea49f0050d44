SELECT auction FROM bids AS b WHERE NOT EXISTS (SELECT * FROM asks AS a WHERE a.auction = b.auction);
