"""Feeds: where bytes come from, by URL, each with its own bounded queue and under supervision. Page: docs/feeds.md."""

from sargas.runtime.feeds.contract import Emit, Feed, FeedCounters, FeedState
from sargas.runtime.feeds.intake import FeedQueue, Intake
from sargas.runtime.feeds.opening import open_feed
from sargas.runtime.feeds.supervisor import Supervisor
from sargas.runtime.feeds.url import SCHEMES, parse_url

__all__ = [
    "SCHEMES",
    "Emit",
    "Feed",
    "FeedCounters",
    "FeedQueue",
    "FeedState",
    "Intake",
    "Supervisor",
    "open_feed",
    "parse_url",
]
