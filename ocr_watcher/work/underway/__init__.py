"""What is being worked on: told to people, and remembered beyond the death of the program."""
