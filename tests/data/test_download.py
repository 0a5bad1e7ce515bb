import hashlib
import subprocess
import sys

import pytest

from modelzoo.data.download import fetch
from modelzoo.errors import DownloadError, StorageError
from modelzoo.storage import cache_folder

CONTENT = b"what is to be fetched"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(web_server):
    """A web server with one good and one altered file."""
    (web_server.folder / "good.bin").write_bytes(CONTENT)
    (web_server.folder / "altered.bin").write_bytes(CONTENT[:-1])
    return web_server


def test_a_file_is_fetched_once(cache, server):
    path = fetch(f"{server.url}good.bin", sha256=SHA256, folder="things")
    assert path == cache / "things" / "good.bin"
    fetch(f"{server.url}good.bin", sha256=SHA256, folder="things")
    assert path.read_bytes() == CONTENT
    assert server.asked == ["/good.bin"]


def test_the_next_address_is_tried(cache, server):
    addresses = (f"{server.url}missing.bin", f"{server.url}altered.bin", f"{server.url}good.bin")
    path = fetch(*addresses, sha256=SHA256, folder="things", name="thing.bin")
    assert path.read_bytes() == CONTENT


def test_another_content_is_refused_and_not_kept(cache, server):
    with pytest.raises(
        DownloadError,
        match=rf"altered\.bin can't be downloaded: .*not the file with SHA-256 {SHA256}",
    ):
        fetch(f"{server.url}altered.bin", sha256=SHA256, folder="things")
    assert list(cache.iterdir()) == []


def test_no_network_says_where_to_put_the_file(cache):
    with pytest.raises(DownloadError, match=f"or put a copy of it at {cache}/things/a"):
        fetch("http://127.0.0.1:9/a", sha256=SHA256, folder="things")


def test_an_altered_file_in_the_cache_is_fetched_anew(cache, server):
    path = fetch(f"{server.url}good.bin", sha256=SHA256, folder="things")
    path.write_bytes(b"altered")
    assert fetch(f"{server.url}good.bin", sha256=SHA256, folder="things").read_bytes() == CONTENT


def test_the_environment_says_where_the_cache_is(cache):
    assert cache_folder() == cache


def test_a_file_that_is_there_needs_no_network(cache):
    (cache / "things").mkdir()
    (cache / "things" / "a").write_bytes(CONTENT)
    assert fetch("http://127.0.0.1:9/a", sha256=SHA256, folder="things").read_bytes() == CONTENT


def test_a_cache_folder_that_can_not_be_written_is_named(server, monkeypatch):
    """It refuses even the administrator, whom file permissions do not stop."""
    monkeypatch.setenv("MODELZOO_CACHE", "/proc/modelzoo")
    with pytest.raises(StorageError, match=r"/proc/modelzoo/things can't be .*MODELZOO_CACHE"):
        fetch(f"{server.url}good.bin", sha256=SHA256, folder="things")


FULL_DISK = """
import resource, sys
from modelzoo.data.download import fetch
from modelzoo.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    fetch(sys.argv[1], sha256=sys.argv[2], folder="things")
except StorageError as error:
    print(error)
"""


def test_a_full_disk_is_named_and_nothing_is_left(cache, server):
    """A limit on the size of files stands for a full disk: the write fails part of the way."""
    command = [sys.executable, "-c", FULL_DISK, f"{server.url}good.bin", SHA256]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "good.bin can't be written: File too large. Free some space" in done.stdout, done.stderr
    assert list(cache.iterdir()) == []
