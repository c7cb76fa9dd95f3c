"""Training of the classifier on simulated flights: rows, trees, calibration. Page: docs/classification.md."""
