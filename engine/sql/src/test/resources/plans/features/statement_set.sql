EXECUTE STATEMENT SET BEGIN
  INSERT INTO counts SELECT channel, COUNT(*) FROM bids GROUP BY channel;
  INSERT INTO all_changes SELECT channel, COUNT(*) FROM bids GROUP BY channel;
  INSERT INTO only_inserts (channel) SELECT channel FROM bids WHERE price > 3;
END;
