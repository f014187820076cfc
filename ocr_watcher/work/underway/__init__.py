"""What is being worked on: told to people, and remembered beyond the death of the program.

`attempts` are the attempts under way. They are kept in the `underway_file`, one `entry` for each,
which outlives the process. `suspects` are the images that the program died with.
"""
