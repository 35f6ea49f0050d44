SELECT auction, 'bid' AS kind FROM bids UNION ALL SELECT auction, 'ask' FROM asks WHERE seller = 7;
