"""The claim on a folder: a lock file in the folder, which the programs of all hosts can see.

`claim` takes the claim, renews it, and takes it again after a loss. `lock_file` opens the file,
`holder` is the program that it names, and `grip` is the lock of this process on it. `verdict`
decides whether a claim may be taken over. `above` looks for claims on the directories above the
folder.
"""
