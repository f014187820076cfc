"""What the disk does: its file systems, directories, and files that appear whole or not at all."""
