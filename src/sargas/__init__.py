"""Sargas: an open air-surveillance and drone-warning node. Any sensor in, one recognised air picture out."""

__version__ = "0.1.0"
