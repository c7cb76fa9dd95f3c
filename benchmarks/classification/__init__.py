"""Every figure of the classifier: simulated tests with seeds of their own, and real flights, frozen before any tuning."""
