"""What is kept: rows in the database (SQLAlchemy), files in the blob store (obstore)."""
