"""What each sensor is and how well it behaves: sites, clock, health."""
