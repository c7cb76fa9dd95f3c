"""Public warnings: whom they are for, what they say, when one is drafted, updated and ended."""
