"""The claim on a folder: a lock file in the folder, which the programs of all hosts can see."""
