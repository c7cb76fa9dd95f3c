"""What an object is, whose it is, and what speaks for it."""
