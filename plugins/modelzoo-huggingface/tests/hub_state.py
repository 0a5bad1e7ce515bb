"""What a small Hugging Face Hub keeps: users, repositories, commits and files."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Tokens of two users.
ADA = "hf_ada_secret"
BOB = "hf_bob_secret"
# Where nobody listens.
NOWHERE = "http://127.0.0.1:9"


class HubError(Exception):
    """An answer with an error code that the clients know."""

    def __init__(self, status: int, code: str = "", message: str = "", url: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.url = url
        self.headers = {"X-Error-Code": code, "X-Error-Message": message}


@dataclass
class Repo:
    """A repository: branches to commits, commits to files, files to hashes."""

    owner: str
    private: bool = False
    gated: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, dict[str, str]] = field(default_factory=dict)

    def add_commit(self, branch: str, files: Mapping[str, str]) -> str:
        about = json.dumps([branch, self.branches.get(branch), sorted(files.items())])
        oid = hashlib.sha1(f"{self.owner} {about}".encode()).hexdigest()
        self.commits[oid] = dict(files)
        self.branches[branch] = oid
        return oid

    def resolve(self, revision: str) -> str:
        oid = self.branches.get(revision, revision)
        if oid not in self.commits:
            raise HubError(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return oid


class Hub:
    """The state of the server, and what tests put into it or look for in it.

    Args:
        folder: Where files are kept.

    Attributes:
        users: Names by token.
        requests: Method and path of each request so far.
        told_tokens: The hosts that somebody has sent a token to.
        moved: New names of repositories by their old ones.
        cut_short: Send half of large files: a ``"file"`` that says so, or half of a
            ``"connection"``.
        refused: Raises a HubError for requests that a test wants to fail; takes method and path.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Be as new."""
        self.users = {ADA: "ada", BOB: "bob"}
        self.repos: dict[tuple[str, str], Repo] = {}
        self.moved: dict[str, str] = {}
        self.requests: list[str] = []
        self.told_tokens: set[str] = set()
        self.cut_short = ""
        self.refused: Callable[[str, str], None] | None = None

    def keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / digest).write_bytes(data)
        return digest

    def read(self, digest: str) -> bytes:
        return (self.folder / digest).read_bytes()

    def put(self, kind: str, name: str, files: Mapping[str, bytes], **about: bool) -> str:
        """A commit with these files on top of what is there; returns its hash."""
        repo = self.repos.setdefault((kind, name), Repo(name.partition("/")[0], **about))
        before = repo.commits.get(repo.branches.get("main", ""), {})
        added = {path: self.keep(data) for path, data in files.items()}
        return repo.add_commit("main", {**before, **added})

    def files(self, kind: str, name: str, revision: str = "main") -> dict[str, bytes]:
        """The files of a commit."""
        repo = self.repos[kind, name]
        found = repo.commits[repo.resolve(revision)]
        return {path: self.read(digest) for path, digest in found.items()}
