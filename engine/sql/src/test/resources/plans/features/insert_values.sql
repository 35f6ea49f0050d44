INSERT INTO only_inserts (number, channel) VALUES (1, 'a'), (2, 'b');
