"""Trainer, configuration, loop, checkpoints and runs. TensorFlow is imported when it trains."""

from modelzoo.training.config import TrainConfig
from modelzoo.training.run import Run, list_runs
from modelzoo.training.trainer import Trainer

__all__ = ["Run", "TrainConfig", "Trainer", "list_runs"]
