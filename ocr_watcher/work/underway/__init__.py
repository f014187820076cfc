"""What is being worked on: shown to people, and remembered after the program has died.

`attempts` are the attempts under way. They are kept in the `underway_file`, one `entry` for each,
which outlives the process. `suspects` are the images that the program died with.
"""
