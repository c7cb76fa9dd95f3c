"""Public warnings on their way out: channels, an outbox that outlives a crash, one sender a channel."""
