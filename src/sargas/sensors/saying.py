"""What is wrong with a source or a radar, in both languages at once."""

from __future__ import annotations

from sargas.model.saying import Words

say = Words("sargas.sensors", "sensor_words.toml").say
