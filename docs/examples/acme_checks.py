"""Demands something of every model's spec."""

import modelzoo


@modelzoo.hookimpl
def modelzoo_checks(kind):
    """One more check for models, none for the other kinds."""
    from modelzoo.testing import Check

    if kind != "model":
        return []
    return [Check(name="acme_licence", summary="It says its licence.", run=has_licence)]


def has_licence(subject):
    """A model that is published needs a licence."""
    assert subject.spec.licence, "the spec has no licence: add one, such as licence='MIT'"
