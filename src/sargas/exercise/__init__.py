"""Simulated nights: targets, sensors, and the bytes they would send."""
