"""What is kept, as plain data: it knows no database, and what happens to it is decided elsewhere."""
