"""Tests of sargas.geo."""
