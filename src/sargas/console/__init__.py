"""The screen's server: HTTP API, WebSocket stream, static files."""
