CREATE TABLE nested (id INT, address ROW<street STRING, town ROW<name STRING, zip INT>>, tags ARRAY<STRING>, props MAP<STRING, INT>) WITH ('connector' = 'test');
SELECT id, address.town, address.street, address.town.name AS town FROM nested WHERE address IS NOT NULL;
SELECT tags[1] AS tag, props['a'] AS a, CARDINALITY(tags) AS tags, address.town.zip FROM nested;
