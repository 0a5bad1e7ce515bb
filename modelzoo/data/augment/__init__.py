"""Random changes of training images, on whole batches.

Every choice is a function of (seed, epoch, index of the image): the numbers for an epoch are
drawn at once, a row per image, whatever the order, the batch or the worker that uses them.
"""

from modelzoo.data.augment.augmentation import Augmentation

__all__ = ["Augmentation"]
