"""MobileNet-v1 and its relatives."""
