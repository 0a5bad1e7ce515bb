"""Drawn shapes: data without files, from a seed."""
