import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from modelzoo.data.decode import decode_bytes, decode_image, fit_images
from modelzoo.errors import ArrayError, BadImageError


def gradient(height=64, width=48):
    """A smooth picture, so that a resize can be compared with an exact one."""
    y, x = np.mgrid[:height, :width]
    return np.stack([255 * y / height, 255 * x / width, 128 + 0 * x], -1).astype(np.uint8)


@pytest.mark.parametrize("ending", ["jpg", "png", "bmp", "gif", "webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_format_has_the_shape_that_was_asked_for(tmp_path, ending, channels):
    path = tmp_path / f"image.{ending}"
    Image.fromarray(gradient()).save(path)
    image = decode_image(path, (20, 30, channels))
    assert image.shape == (20, 30, channels)
    assert image.dtype == np.uint8


def test_a_png_of_the_size_that_was_asked_for_keeps_its_pixels(tmp_path):
    Image.fromarray(gradient()).save(tmp_path / "image.png")
    assert np.array_equal(decode_image(tmp_path / "image.png", (64, 48, 3)), gradient())


def test_a_scaled_jpeg_is_close_to_the_mean_of_the_pixels_it_covers(tmp_path):
    picture = gradient(640, 480)
    Image.fromarray(picture).save(tmp_path / "image.jpg", quality=95)
    small = decode_image(tmp_path / "image.jpg", (64, 48, 3)).astype(float)
    means = picture.reshape(64, 10, 48, 10, 3).mean((1, 3))
    assert np.abs(small - means)[2:-2, 2:-2].max() < 6


def test_a_photo_taken_sideways_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    Image.fromarray(gradient()).save(tmp_path / "image.png", exif=exif)
    turned = decode_image(tmp_path / "image.png", (48, 64, 3))
    assert np.array_equal(turned, np.rot90(gradient(), -1))


def test_palette_and_transparency_become_colours(tmp_path):
    red = Image.new("RGBA", (8, 8), (255, 0, 0, 255))
    red.save(tmp_path / "rgba.png")
    red.convert("P").save(tmp_path / "palette.png")
    for name in ("rgba.png", "palette.png"):
        assert decode_image(tmp_path / name, (2, 2, 3))[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_obeyed_as_pillow_obeys_it(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "image.png"
    Image.fromarray(gradient()).save(path, exif=exif)
    with Image.open(path) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(decode_image(path, expected.shape), expected)


def test_a_jpeg_of_an_odd_size_is_not_shifted_by_its_scaled_decoding(tmp_path):
    picture = gradient(643, 481)
    Image.fromarray(picture).save(tmp_path / "image.jpg", quality=95)
    exact = Image.fromarray(picture).resize((60, 80), Image.Resampling.BILINEAR)
    small = decode_image(tmp_path / "image.jpg", (80, 60, 3)).astype(float)
    assert np.abs(small - np.asarray(exact)).mean() < 1


def test_sixteen_bits_are_scaled_to_eight(tmp_path):
    values = np.array([[0, 256, 32768, 65535]], np.uint16)
    Image.fromarray(values).save(tmp_path / "image.png")
    assert decode_image(tmp_path / "image.png", (1, 4, 1)).ravel().tolist() == [0, 1, 128, 255]


def test_other_than_1_or_3_channels_are_refused():
    with pytest.raises(ArrayError, match="Images with 2 channels can't be made"):
        fit_images(np.zeros((1, 4, 4, 3), np.uint8), (4, 4, 2))


@pytest.mark.parametrize(
    "images", [np.zeros((2, 4, 4, 3), np.float32), np.zeros((4, 4, 3), np.uint8)]
)
def test_arrays_that_are_no_images_are_refused(images):
    with pytest.raises(ArrayError, match=r"expected uint8 of shape \(images, height"):
        fit_images(images, (8, 8, 3))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"]),
)
def test_any_garbage_is_a_bad_image_and_nothing_worse(data, beginning):
    with pytest.raises(BadImageError, match="some name"):
        decode_bytes(beginning + data, (8, 8, 3), name="some name")


def jpeg_bytes(tmp_path):
    Image.fromarray(gradient()).save(tmp_path / "whole.jpg")
    return (tmp_path / "whole.jpg").read_bytes()


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "image.jpg"
    path.touch()
    with pytest.raises(BadImageError, match=rf"{path} is not an image: it is empty \(0 bytes\)"):
        decode_image(path, (8, 8, 3))


def test_a_truncated_file_is_named(tmp_path):
    path = tmp_path / "image.jpg"
    path.write_bytes(jpeg_bytes(tmp_path)[:-300])
    with pytest.raises(BadImageError, match=rf"{path} \(\d+ bytes\) can't be decoded: Trunc"):
        decode_image(path, (8, 8, 3))


def test_a_text_named_jpg_is_named(tmp_path):
    path = tmp_path / "image.jpg"
    path.write_text("not a picture")
    with pytest.raises(BadImageError, match=rf"{path} .* is no JPEG, .* with b'not a pi'"):
        decode_image(path, (8, 8, 3))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadImageError, match=rf"{tmp_path / 'none.jpg'} can't be read: No such"):
        decode_image(tmp_path / "none.jpg", (8, 8, 3))


def test_an_image_too_large_to_be_honest_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    Image.fromarray(gradient()).save(tmp_path / "image.png")
    with pytest.raises(BadImageError, match="decompression bomb"):
        decode_image(tmp_path / "image.png", (8, 8, 3))


def test_arrays_of_the_shape_are_not_copied():
    images = np.zeros((2, 8, 8, 3), np.uint8)
    assert fit_images(images, (8, 8, 3)) is images


def test_mapped_arrays_of_the_shape_stay_mapped(tmp_path):
    images = np.memmap(tmp_path / "raw", np.uint8, "w+", shape=(2, 8, 8, 3))
    assert fit_images(images, (8, 8, 3)) is images


def test_grey_arrays_become_three_equal_channels():
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), np.uint8)
    assert np.array_equal(fit_images(images, (8, 8, 3)), np.repeat(images, 3, -1))


def test_coloured_arrays_become_grey_by_their_luma():
    """ITU-R BT.601, as Pillow and JPEG define it: 0.299 R + 0.587 G + 0.114 B."""
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    expected = images @ np.array([0.299, 0.587, 0.114])
    assert np.abs(fit_images(images, (8, 8, 1))[..., 0] - expected).max() <= 1
