"""Baidu's OCR service over HTTP: what it takes, what it answers, and the engine that calls it."""
