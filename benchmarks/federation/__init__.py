"""Three nations on one machine: what their network stands."""
