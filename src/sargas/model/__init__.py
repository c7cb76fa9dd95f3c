"""The message model: what flows between the stages. Frozen, units in names, no logic beyond invariants."""
