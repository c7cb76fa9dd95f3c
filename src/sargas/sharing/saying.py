"""What partners are told and why, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Words

say = Words("sargas.sharing", "sharing_words.toml").say
