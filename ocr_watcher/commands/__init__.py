"""What each command does, once its options are read and its settings are checked."""
