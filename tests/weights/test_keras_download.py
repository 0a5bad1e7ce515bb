"""Files that Keras downloads, from a web server on this machine."""

import hashlib
from types import SimpleNamespace

import pytest

from modelzoo.errors import DownloadError
from modelzoo.weights import fetch_keras_file

CONTENT = b"weights of a network"
HASHES = {name: hashlib.new(name, CONTENT).hexdigest() for name in ("md5", "sha256")}


@pytest.fixture
def keras_models(tmp_path, monkeypatch):
    """The folder where Keras keeps weights, an empty one."""
    home = tmp_path / "keras"
    home.mkdir()
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(home))
    return home / "models"


@pytest.fixture
def published(web_server):
    """A file that a web server has, and its address."""
    file = web_server.folder / "owl_net.h5"
    file.write_bytes(CONTENT)
    return SimpleNamespace(file=file, url=f"{web_server.url}{file.name}")


@pytest.mark.parametrize("file_hash", [None, *HASHES.values()], ids=["none", *HASHES])
def test_a_file_is_downloaded_once_and_kept_where_keras_looks_for_it(
    keras_models, published, web_server, file_hash
):
    paths = [fetch_keras_file(published.url, file_hash=file_hash) for _ in range(2)]
    assert paths == 2 * [keras_models / "owl_net.h5"]
    assert paths[0].read_bytes() == CONTENT
    assert web_server.asked == ["/owl_net.h5"]


def test_the_name_that_keras_keeps_it_under_can_be_another(keras_models, published):
    path = fetch_keras_file(published.url, file="owl.h5")
    assert list(keras_models.iterdir()) == [path] == [keras_models / "owl.h5"]


def test_what_follows_the_path_of_an_address_is_not_in_the_name(keras_models, published):
    assert fetch_keras_file(f"{published.url}?download=true").name == "owl_net.h5"


def test_a_file_that_is_there_needs_no_network(keras_models):
    keras_models.mkdir()
    (keras_models / "owl_net.h5").write_bytes(CONTENT)
    path = fetch_keras_file("http://127.0.0.1:9/owl_net.h5", file_hash=HASHES["md5"])
    assert path.read_bytes() == CONTENT


def test_a_file_that_was_altered_is_downloaded_anew(keras_models, published):
    path = fetch_keras_file(published.url, file_hash=HASHES["md5"])
    path.write_bytes(b"altered")
    assert fetch_keras_file(published.url, file_hash=HASHES["md5"]).read_bytes() == CONTENT


@pytest.mark.parametrize("file_hash", HASHES.values(), ids=HASHES)
def test_a_file_with_another_hash_is_refused(keras_models, published, file_hash):
    published.file.write_bytes(CONTENT[:-1])
    with pytest.raises(DownloadError, match="hash does not match the provided value") as raised:
        fetch_keras_file(published.url, file_hash=file_hash)
    assert f"download {published.url} yourself" in str(raised.value)


def test_a_file_that_is_not_there_is_an_error_that_says_what_to_do(keras_models, published):
    published.file.unlink()
    with pytest.raises(DownloadError) as raised:
        fetch_keras_file(published.url)
    assert str(raised.value) == (
        f"owl_net.h5 can't be downloaded: URL fetch failure on {published.url}: 404 -- File not "
        f"found. Try again with a network, or download {published.url} yourself and pass "
        "weights='PATH/OF/THE/FILE'."
    )


def test_without_a_network_nothing_is_left_behind(keras_models):
    with pytest.raises(DownloadError, match="Connection refused"):
        fetch_keras_file("http://127.0.0.1:9/owl_net.h5")
    assert list(keras_models.iterdir()) == []


def test_nothing_is_printed_where_results_are_expected(keras_models, published, capsys):
    fetch_keras_file(published.url)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Downloading data from" in printed.err
