"""The console's server side: HTTP API, WebSocket stream, static files. Nothing here decides anything by itself."""
