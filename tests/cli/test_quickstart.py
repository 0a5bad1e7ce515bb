import pytest
from PIL import Image


@pytest.mark.slow
def test_it_trains_both_tasks_predicts_an_image_and_says_where_the_pictures_are(process, here):
    answer = process("quickstart")
    assert answer.status == 0, answer.err
    assert answer.out.count("test accuracy 0.") == 2
    assert "example.png: " in answer.out
    runs = sorted((here / "runs").iterdir())
    assert ["fashion_mnist_sample" in each.name for each in runs] == [True, False]
    with Image.open(runs[0] / "example.png") as picture:
        assert picture.size == (28, 28)
    for each in runs:
        assert f"{(each / 'report.html').relative_to(here)}" in answer.out
        assert (each / "report.html").is_file()
