"""What the program remembers beyond the folder: memory that saves calls, never the truth."""
