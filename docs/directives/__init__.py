"""Sphinx directives that write pages from the code, so that they can't become untrue."""
