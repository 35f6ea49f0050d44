SELECT * FROM (VALUES (1, 'a'), (2, 'bcd'), (3, CAST(NULL AS STRING))) AS t (number, name) WHERE number < 3;
