"""What a person sees of a training while it goes on: a progress bar, or a line per epoch."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID

    from modelzoo.training.run import Run

__all__ = ["BarListener", "LineListener", "Listener", "make_listener"]

# Columns of a history row that are not results.
_NOT_RESULTS = frozenset({"epoch", "step", "seconds", "images_per_second", "learning_rate"})
# A terminal writes ^C where the cursor is, behind the bar; there has to be room for it, twice.
_ROOM_BEHIND_BAR = 4


class Listener(Protocol):
    """Who is told how a training gets on."""

    def started(self, run: Run, total_steps: int, steps_per_epoch: int, first_step: int) -> None:
        """Told before the first step.

        Args:
            run: The run.
            total_steps: Steps of the whole training.
            steps_per_epoch: Steps of each epoch.
            first_step: Steps that were done before, in a training that is resumed; else 0.
        """

    def stepped(self, step: int, logs: Mapping[str, float], images_per_second: float) -> None:
        """Told a few times a second.

        Args:
            step: Steps done since the training began.
            logs: Loss and metrics of the epoch so far.
            images_per_second: The recent rate.
        """

    def epoch_ended(self, row: Mapping[str, Any]) -> None:
        """Told after each epoch, with its row of the history."""

    def finished(self, run: Run) -> None:
        """Told when the training has ended well."""

    def close(self) -> None:
        """Told last, also of a training that failed; told again, nothing happens."""


class LineListener:
    """One line per epoch on the error stream, for files and pipes."""

    def __init__(self) -> None:
        self._epochs = 0

    def started(self, run: Run, total_steps: int, steps_per_epoch: int, first_step: int) -> None:
        """Say what begins and where its files are."""
        self._epochs = total_steps // steps_per_epoch
        _write(beginning(run, total_steps, steps_per_epoch, first_step))

    def stepped(self, step: int, logs: Mapping[str, float], images_per_second: float) -> None:
        """Say nothing: a file is no place for what changes all the time."""

    def epoch_ended(self, row: Mapping[str, Any]) -> None:
        """Print the epoch's line."""
        _write(epoch_line(row, self._epochs))

    def finished(self, run: Run) -> None:
        """Say nothing: whoever started the training has its results."""

    def close(self) -> None:
        """Nothing is open."""


class BarListener:
    """A progress bar of the whole training on a terminal, and above it a line per epoch."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._total = 0
        self._per_epoch = 1
        self._clock: tuple[float, int] | None = None

    def started(self, run: Run, total_steps: int, steps_per_epoch: int, first_step: int) -> None:
        """Draw the bar."""
        from rich.console import Console
        from rich.constrain import Constrain
        from rich.progress import BarColumn, Progress, TextColumn

        self._total, self._per_epoch = total_steps, steps_per_epoch
        console = Console(stderr=True, highlight=False)

        class ShortProgress(Progress):
            def get_renderable(self) -> RenderableType:
                room = console.width - _ROOM_BEHIND_BAR
                return Constrain(super().get_renderable(), max(room, 1))

        line = beginning(run, total_steps, steps_per_epoch, first_step)
        console.print(line, markup=False, soft_wrap=True)
        self._progress = ShortProgress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[results]}"),
            TextColumn("[cyan]{task.fields[rate]}"),
            TextColumn("[green]{task.fields[left]}"),
            console=console,
            transient=True,
            expand=True,
        )
        self._task = self._progress.add_task(
            self._epoch_of(first_step),
            total=total_steps,
            completed=first_step,
            results="",
            rate="",
            left="building the graph",
        )
        self._progress.start()

    def stepped(self, step: int, logs: Mapping[str, float], images_per_second: float) -> None:
        """Move the bar."""
        if self._progress is None or self._task is None:
            return
        now = time.monotonic()
        if self._clock is None:
            # What came before the first report is mostly compilation and says little of the rest.
            self._clock = (now, step)
        since, first = self._clock
        left = ""
        if step > first:
            left = f"{clock((now - since) / (step - first) * (self._total - step))} left"
        self._progress.update(
            self._task,
            completed=step,
            description=self._epoch_of(step - 1),
            results=results_text(logs),
            rate=f"{images_per_second:,.0f} images/s",
            left=left,
        )

    def epoch_ended(self, row: Mapping[str, Any]) -> None:
        """Print the epoch's line above the bar."""
        if self._progress is not None:
            console = self._progress.console
            line = epoch_line(row, self._total // self._per_epoch, width=console.width)
            console.print(line, markup=False, soft_wrap=True)

    def finished(self, run: Run) -> None:
        """Take the bar away; the lines of the epochs stay."""
        self.close()

    def close(self) -> None:
        """Take the bar away and give the cursor back."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _epoch_of(self, step: int) -> str:
        epochs = self._total // self._per_epoch
        return f"epoch {min(step // self._per_epoch + 1, epochs)}/{epochs}"


def make_listener() -> Listener:
    """A bar where the error stream is a terminal, else lines.

    Example:
        >>> make_listener().close()
    """
    return BarListener() if sys.stderr.isatty() else LineListener()


def beginning(run: Run, total_steps: int, steps_per_epoch: int, first_step: int) -> str:
    """The line that a training begins with."""
    epochs = total_steps // steps_per_epoch
    steps = f"{steps_per_epoch:,} step{'s' * (steps_per_epoch != 1)}"
    text = f"{epochs} epoch{'s' * (epochs != 1)} of {steps}"
    if first_step:
        text += f", from step {first_step:,} on"
    here, folder = Path.cwd(), run.folder
    return f"{text}, into {folder.relative_to(here) if folder.is_relative_to(here) else folder}"


def epoch_line(row: Mapping[str, Any], epochs: int, *, width: int | None = None) -> str:
    """One epoch's results, rate and time in a line.

    Args:
        row: A row of the history.
        epochs: How many epochs there are to be.
        width: The columns there are. Where the line would be longer, the rate is left out, then
            the time; the results never are.

    Example:
        >>> epoch_line({"epoch": 2, "seconds": 61.04, "loss": 0.5, "val_accuracy": 0.75}, 10)
        'epoch  2/10  loss 0.5000  val_accuracy 0.7500  1:01'
    """
    parts = [f"epoch {row['epoch']:>{len(str(epochs))}}/{epochs}"]
    parts.append(results_text({k: v for k, v in row.items() if k not in _NOT_RESULTS}))
    rate = f"{row['images_per_second']:,.0f} images/s" if row.get("images_per_second") else ""
    seconds = clock(row["seconds"]) if row.get("seconds") is not None else ""
    line = ""
    for extras in ([rate, seconds], [seconds], []):
        line = "  ".join(part for part in [*parts, *extras] if part)
        if width is None or len(line) <= width:
            break
    return line


def results_text(results: Mapping[str, Any]) -> str:
    """Names and numbers in one line.

    Example:
        >>> results_text({"loss": 0.25, "accuracy": 0.9})
        'loss 0.2500  accuracy 0.9000'
    """
    return "  ".join(f"{name} {value:.4f}" for name, value in results.items() if value is not None)


def clock(seconds: float) -> str:
    """A duration as a person reads it.

    Args:
        seconds: At least 0.

    Example:
        >>> clock(7.25), clock(75), clock(3675)
        ('7.2 s', '1:15', '1:01:15')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _write(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
