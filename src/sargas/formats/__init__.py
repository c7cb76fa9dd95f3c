"""Bytes to messages and back: one folder a standard, pure, each with a manifest and a page in docs/formats."""
