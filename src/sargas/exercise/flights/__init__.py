"""Single flights of every class, simulated for training and testing the classifier. Page: docs/classification.md."""
