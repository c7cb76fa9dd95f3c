"""Scenarios with hidden intent: what a danger foretold is held against."""
