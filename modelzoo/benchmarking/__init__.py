"""How fast models are, and how fast this machine lets them be.

What measures imports TensorFlow and is in :mod:`modelzoo.benchmarking.measure`.
"""

from modelzoo.benchmarking.subject import Subject

__all__ = ["Subject"]
