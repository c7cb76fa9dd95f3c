"""Real and simulated flights for training, calibrating and measuring forecasts (docs/prediction.md)."""
