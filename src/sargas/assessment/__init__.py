"""What a track means: zone entry, alerts."""
