"""Registers a task."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_tasks():
    """One of several classes, learnt from labels that are not quite certain."""
    return [
        modelzoo.TaskSpec(
            name="acme_smooth",
            summary="One of several classes, with smoothed labels",
            task="acme_tasks.smooth:Smooth",
            labels="class",
            min_classes=2,
            options={"smoothing": 0.1},
            paper="arXiv:1512.00567",
        )
    ]
