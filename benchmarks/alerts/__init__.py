"""Whole nights through the core: how often operators are called for nothing, and how early for something."""
