"""Seconds of a training step of MobileNet-v1 in PyTorch, on the CPU.

Adam, cross-entropy of ten classes, float32, random images in memory and channels last, which is
PyTorch's faster layout on a CPU; the median step.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn

# Output channels at full width and stride of each depthwise separable convolution.
BLOCKS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1),) * 5,
    *((1024, 2), (1024, 1)),
)
WARM_UP = 3


def convolution(inputs: int, outputs: int, kernel: int, stride: int, groups: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01),  # Keras's momentum of 0.99
        nn.ReLU6(),
    )


def mobilenet_v1(alpha: float, classes: int) -> nn.Module:
    channels = int(32 * alpha)
    layers = [convolution(3, channels, 3, 2)]
    for width, stride in BLOCKS:
        outputs = int(width * alpha)
        layers.append(convolution(channels, channels, 3, stride, groups=channels))
        layers.append(convolution(channels, outputs, 1, 1))
        channels = outputs
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(1e-3), nn.Linear(channels, classes))
    return nn.Sequential(*layers, *head)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--alpha", type=float, default=0.25)
    options.add_argument("--size", type=int, default=96)
    options.add_argument("--batch", type=int, default=64)
    options.add_argument("--steps", type=int, default=20)
    options.add_argument("--compile", action="store_true", help="with torch.compile")
    given = options.parse_args()
    model = mobilenet_v1(given.alpha, 10).to(memory_format=torch.channels_last)
    forward = torch.compile(model) if given.compile else model
    images = torch.randn(given.batch, 3, given.size, given.size)
    images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (given.batch,))
    optimizer = torch.optim.Adam(model.parameters())
    seconds = []
    for _ in range(WARM_UP + given.steps):
        began = time.perf_counter()
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(forward(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        seconds.append(time.perf_counter() - began)
    print(json.dumps({"step": statistics.median(seconds[WARM_UP:])}))


if __name__ == "__main__":
    main()
