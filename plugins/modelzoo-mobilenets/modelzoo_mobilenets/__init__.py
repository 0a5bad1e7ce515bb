"""MobileNet v2 and v3 for modelzoo."""
