"""Tests of sargas.assessment."""
