"""What happened to tracks and groups, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Words

say = Words("sargas.tracking", "event_words.toml").say
