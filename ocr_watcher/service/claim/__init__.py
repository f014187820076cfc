"""One program a folder: the claim that lies in the folder itself, for every host to see."""
