"""Logs: events with fields, as lines or JSON, that block nobody."""
