"""What those who run the program are told, and what they tell it: signals and logs."""
