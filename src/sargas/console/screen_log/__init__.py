"""The screen log: what the console gave its readers, update by update, so that it can be given again.

Format: spec/screen-log.md. Why a log of its own: docs/decisions/0007-screen-log.md.
"""
