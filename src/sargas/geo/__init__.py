"""Geometry without state: WGS84, local frames, horizon, zones."""
