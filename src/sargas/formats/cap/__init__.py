"""OASIS Common Alerting Protocol 1.2: public warnings out."""

from sargas.formats.cap.encode import encode_cap, identifier_of

__all__ = ["encode_cap", "identifier_of"]
