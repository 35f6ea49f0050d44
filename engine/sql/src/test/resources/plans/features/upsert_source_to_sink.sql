INSERT INTO counts SELECT product, price * 2 FROM prices;
