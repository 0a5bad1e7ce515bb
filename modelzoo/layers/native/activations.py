"""What follows batch norm in one go with it."""

from __future__ import annotations

import dataclasses

__all__ = ["LINEAR", "Activation"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """An activation that the kernels compute: clipping, or hard swish.

    Attributes:
        low: The least value that is not clipped; 0 for ReLU.
        high: The largest; 6 for ReLU6.
        hard_swish: Instead ``y * relu6(y + 3) / 6`` (arXiv:1905.02244, section 5.2).
    """

    low: float = float("-inf")
    high: float = float("inf")
    hard_swish: bool = False


LINEAR = Activation()
