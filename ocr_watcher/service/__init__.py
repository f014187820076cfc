"""What those who run the program are told, and what they tell it; who works on which folder.

`signals`, `notify`, `logs` and `pulse` speak with people and the service manager. `lock` claims the
folders of a run, each by a `claim` in the folder itself, and `registry` tells commands which runs
there are.
"""
