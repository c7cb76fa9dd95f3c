"""Nights of public warnings: their clocks, their districts, and what they warned of for nothing."""
