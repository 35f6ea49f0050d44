SELECT name, city FROM people ORDER BY name LIMIT 10 OFFSET 5;
