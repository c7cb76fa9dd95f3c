"""Sentences about an alert in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Words

say = Words("sargas.assessment", "alert_words.toml").say
