"""What a node says of its own parts and of what it sends, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Words

say = Words("sargas.runtime", "node_words.toml").say
