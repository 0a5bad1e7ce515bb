"""Pictures and pages of a run, from plain data. What draws is imported when it is used."""

from modelzoo.reporting.benchmark import plot_benchmark
from modelzoo.reporting.comparison import plot_runs
from modelzoo.reporting.confusion import plot_confusion
from modelzoo.reporting.curves import plot_history
from modelzoo.reporting.report import Picture, write_report
from modelzoo.reporting.samples import Sample, plot_samples

__all__ = [
    "Picture",
    "Sample",
    "plot_benchmark",
    "plot_confusion",
    "plot_history",
    "plot_runs",
    "plot_samples",
    "write_report",
]
