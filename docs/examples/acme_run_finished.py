"""Keeps a list of all finished trainings beside their folders."""

import json

import modelzoo


@modelzoo.hookimpl
def modelzoo_run_finished(run):
    """Add a line with the run's name and results."""
    line = json.dumps({"run": run.name, "model": run.info["model"]["name"], **run.results})
    with (run.folder.parent / "finished.jsonl").open("a") as file:
        file.write(f"{line}\n")
