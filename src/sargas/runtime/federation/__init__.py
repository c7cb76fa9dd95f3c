"""The node in the network of nations: partners' releases come in as feeds, ours go out through the guard."""
