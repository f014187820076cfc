"""Storage: file systems, directories, dates, and files that appear whole or not at all."""
