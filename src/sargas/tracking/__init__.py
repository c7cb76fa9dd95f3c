"""Plots to system tracks: gating, association, filter, initiation, coasting, numbering. Page: docs/tracking.md."""
