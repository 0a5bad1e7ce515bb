"""Photographs of cats and dogs."""
