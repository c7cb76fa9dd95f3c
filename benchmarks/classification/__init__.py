"""Every figure of the classifier: simulated tests of seeds of their own, real flights frozen before any tuning."""
