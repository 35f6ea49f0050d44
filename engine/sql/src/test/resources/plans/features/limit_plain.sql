SELECT name FROM people LIMIT 3;
