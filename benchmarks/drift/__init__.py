"""Seeded balloon nights for bench_drift, and what is measured on them; shares no code with what is measured."""
