"""The whole pure core: (state, message) -> outputs."""
