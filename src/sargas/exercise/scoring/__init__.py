"""Scoring of a picture against the truth: which track belongs to which object, and every figure drawn from that."""
