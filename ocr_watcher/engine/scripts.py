"""Which scripts the models on this machine read, as people are told."""

READ_LOCALLY = "Chinese, Japanese, and the Latin letters of European languages"
"""What the recogniser's alphabet has: PP-OCRv6 knows 15,900 Chinese characters, the kana, and 550
Latin letters, but hardly one of Vietnamese with two marks, and of Greek none with an accent."""

NOT_READ_LOCALLY = "Cyrillic, Greek, Korean, Arabic, Hebrew, Vietnamese or Thai"
"""The scripts of many people that come out as blanks, or as letters that look alike."""
