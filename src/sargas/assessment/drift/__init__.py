"""What the wind carries: winds by height, where drifters will be, where they rose, when an airport must close."""
