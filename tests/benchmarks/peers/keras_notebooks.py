"""The two small networks as their notebooks wrote them, and a clock for their epochs."""

import statistics
import time

import keras
from keras import layers


def fashion_mnist_network() -> keras.Model:
    """28 x 28 grey images of 0-1 in, ten probabilities out."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.SeparableConv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def cats_vs_dogs_network() -> keras.Model:
    """64 x 64 images of 0-1 in, the probability of a dog out."""
    return keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            layers.SeparableConv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


class EpochClock(keras.callbacks.Callback):
    """Takes the time of each epoch of ``fit``, from before its first step to after its last."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []
        self.ended: list[float] = []

    def on_epoch_begin(self, epoch, logs=None):
        self.began.append(time.perf_counter())

    def on_epoch_end(self, epoch, logs=None):
        self.ended.append(time.perf_counter())

    @property
    def later_epochs(self) -> float:
        """The median of the seconds of all epochs but the first."""
        return statistics.median(
            ended - began for began, ended in zip(self.began[1:], self.ended[1:], strict=True)
        )
