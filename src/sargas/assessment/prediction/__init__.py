"""Prediction: where will each track be, how sure is that, and what is it making for. Page: docs/prediction.md."""
