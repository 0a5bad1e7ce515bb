import pytest

from modelzoo.errors import InvalidSpecError
from modelzoo.registry import ExporterSpec


@pytest.mark.parametrize("value", ["nothing", None, ExporterSpec])
def test_a_wrong_reference_is_refused(make, value):
    with pytest.raises(InvalidSpecError):
        make(ExporterSpec, exporter=value)


@pytest.mark.parametrize("value", ["tflite", None, 1])
def test_a_wrong_suffix_is_refused(make, value):
    with pytest.raises(InvalidSpecError):
        make(ExporterSpec, suffix=value)
