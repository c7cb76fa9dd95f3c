"""The bus between nations: a NATS server of our own, accounts per partner, streams out and in."""
