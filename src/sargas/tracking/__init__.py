"""Plots to system tracks: gating, association, filtering, initiation, coasting, numbering."""
