"""The sargas command."""
