"""The watched folders, and which of their files are images."""
