"""Apportion: staff and dollars for every school, each with its reason."""

__version__ = "0.5.0"
