"""Clock, journal, feeds, node, replay, store: the only place with side effects besides console and cli."""
