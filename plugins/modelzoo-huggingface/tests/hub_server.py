"""A small Hugging Face Hub on this machine: what its Python clients ask for, and no more.

It answers with the headers and error codes that the clients go by. Large files go by Git LFS: they
are sent to another address than the commit, and a request for one is redirected there.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from hub_state import Hub, HubError, Repo

LFS_ENDINGS = (".safetensors", ".parquet")


def git_hash(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path, self.query = unquote(parts.path), parse_qs(parts.query)
        with self.hub.lock:
            self.hub.requests.append(f"{self.command} {path}")
            if "Authorization" in self.headers:
                self.hub.told_tokens.add(self.headers["Host"].partition(":")[0])
            try:
                if self.hub.refused is not None:
                    self.hub.refused(self.command, path)
                self._route(path, parts.path)
            except HubError as error:
                answer = {"error": str(error), "url": error.url}
                self._send(error.status, answer, error.headers)

    def _route(self, path: str, quoted: str) -> None:
        # A branch's name is quoted in the address, so that its slashes can be told from others.
        for method, pattern, function in ROUTES:
            found = re.fullmatch(pattern, quoted)
            if found and self.command in method.split():
                words = {name: unquote(each or "") for name, each in found.groupdict().items()}
                function(self, **words)
                return
        raise HubError(404, "", f"{self.command} {path} is not known here")

    def _send(
        self, status: int, answer: object = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _user(self) -> str | None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.hub.users:
            raise HubError(401, "", "Invalid credentials in Authorization header")
        return self.hub.users.get(token)

    def _repo(self, kind: str, name: str, *, write: bool = False) -> Repo:
        user = self._user()
        repo = self.hub.repos.get((kind, self.hub.moved.get(name, name)))
        if repo is None or (repo.private and user != repo.owner):
            status = 401 if user is None else 404
            raise HubError(status, "RepoNotFound", "Repository not found")
        if write and user != repo.owner:
            status = 401 if user is None else 403
            raise HubError(status, "", "You don't have the rights to write to it")
        return repo

    def _check_gate(self, repo: Repo) -> None:
        if repo.gated and self._user() != repo.owner:
            status = 401 if self._user() is None else 403
            raise HubError(status, "GatedRepo", "Access to it is restricted")

    def _page(self, name: str) -> str:
        return f"http://{self.headers['Host']}/{name}"

    def _objects(self, digest: str) -> str:
        # Another host than the hub's, as it is in the world: tokens are not to be sent there.
        return f"http://localhost:{self.server.server_port}/objects/{digest}"

    # -- what is asked for ---------------------------------------------------------------------

    def create(self) -> None:
        asked, user = json.loads(self.body), self._user()
        if user is None:
            raise HubError(401, "", "Invalid username or password.")
        owner = asked["organization"] or user
        if owner != user:
            raise HubError(403, "", f"You don't have the rights to create a model under {owner}")
        name, kind = f"{owner}/{asked['name']}", asked.get("type", "model")
        if (kind, name) in self.hub.repos:
            raise HubError(409, "", "You already created this model repo", self._page(name))
        repo = Repo(owner, private=asked.get("visibility") == "private")
        repo.add_commit("main", {".gitattributes": self.hub.keep(b"*.safetensors filter=lfs\n")})
        self.hub.repos[kind, name] = repo
        self._send(200, {"url": self._page(name), "name": name})

    def validate(self) -> None:
        self._send(200, {"errors": [], "warnings": []})

    def info(self, kind: str, name: str, revision: str) -> None:
        repo = self._repo(kind, name)
        if name in self.hub.moved:
            self._send(307, b"", {"Location": f"/api/{kind}s/{self.hub.moved[name]}"})
            return
        oid = repo.resolve(revision or "main")
        files = [{"rfilename": path} for path in repo.commits[oid]]
        self._send(
            200, {"id": name, "sha": oid, "siblings": files, "private": repo.private, "tags": []}
        )

    def tree(self, kind: str, name: str, revision: str, folder: str) -> None:
        repo = self._repo(kind, name)
        files = repo.commits[repo.resolve(revision)]
        prefix = f"{folder}/" if folder else ""
        inside = [path for path in files if path.startswith(prefix)]
        if not inside:
            raise HubError(404, "EntryNotFound", f"{folder} does not exist")
        folders = {str(each) for path in inside for each in Path(path).parents if str(each) != "."}
        entries = [self._entry(path, files[path]) for path in inside] + [
            {"type": "directory", "path": each, "oid": git_hash(each.encode()), "size": 0}
            for each in sorted(folders)
            if each.startswith(prefix)
        ]
        if self.query.get("recursive", ["False"])[0].lower() != "true":
            entries = [each for each in entries if "/" not in each["path"][len(prefix) :]]
        self._send(200, entries)

    def paths_info(self, kind: str, name: str, revision: str) -> None:
        repo = self._repo(kind, name)
        files = repo.commits[repo.resolve(revision)]
        asked = parse_qs(self.body.decode()).get("paths", [])
        if self.headers.get("Content-Type") == "application/json":
            asked = json.loads(self.body)["paths"]
        self._send(200, [self._entry(path, files[path]) for path in asked if path in files])

    def _entry(self, path: str, digest: str) -> dict:
        data = self.hub.read(digest)
        entry = {"type": "file", "path": path, "oid": git_hash(data), "size": len(data)}
        if path.endswith(LFS_ENDINGS):
            entry["lfs"] = {"oid": digest, "size": len(data), "pointerSize": 130}
        return entry

    def resolve(self, prefix: str, name: str, revision: str, path: str) -> None:
        kind = "dataset" if prefix else "model"
        repo = self._repo(kind, name)
        if name in self.hub.moved:
            target = f"/{prefix or ''}{self.hub.moved[name]}/resolve/{revision}/{path}"
            self._send(307, b"", {"Location": target})
            return
        self._check_gate(repo)
        oid = repo.resolve(revision)
        digest = repo.commits[oid].get(path)
        about = {"X-Repo-Commit": oid}
        if digest is None:
            raise HubError(404, "EntryNotFound", "Entry not found")
        data = self.hub.read(digest)
        if path.endswith(LFS_ENDINGS):
            linked = {"X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(len(data))}
            self._send(302, b"", {**about, **linked, "Location": self._objects(digest)})
        else:
            self._send(200, data, {**about, "ETag": f'"{git_hash(data)}"'})

    def preupload(self, kind: str, name: str, revision: str) -> None:
        repo = self._repo(kind, name, write=True)
        there = repo.commits[repo.resolve(revision)]
        answer = []
        for each in json.loads(self.body)["files"]:
            lfs = each["path"].endswith(LFS_ENDINGS)
            about = {"path": each["path"], "uploadMode": "lfs" if lfs else "regular"}
            if each["path"] in there:
                digest = there[each["path"]]
                about["oid"] = digest if lfs else git_hash(self.hub.read(digest))
            answer.append({**about, "shouldIgnore": False})
        self._send(200, {"files": answer})

    def batch(self, name: str) -> None:
        self._repo("model", name, write=True)
        objects = []
        for each in json.loads(self.body)["objects"]:
            verify = f"http://{self.headers['Host']}/objects/{each['oid']}/verify"
            actions = {"upload": {"href": self._objects(each["oid"])}, "verify": {"href": verify}}
            objects.append({**each, "actions": actions})
        self._send(200, {"transfer": "basic", "objects": objects})

    def upload(self, digest: str) -> None:
        if self.hub.keep(self.body) != digest:
            raise HubError(400, "", "The hash differs")
        self._send(200)

    def verify(self, digest: str) -> None:
        self._send(200, {"size": len(self.hub.read(digest))})

    def download(self, digest: str) -> None:
        data = self.hub.read(digest)
        if self.hub.cut_short and self.command == "GET":
            half = data[: len(data) // 2]
            said = half if self.hub.cut_short == "file" else data
            self._send(200, half, {"Content-Length": str(len(said))})
            self.close_connection = True
        else:
            self._send(200, data, {"ETag": f'"{digest}"'})

    def commit(self, kind: str, name: str, revision: str) -> None:
        repo = self._repo(kind, name, write=True)
        files = dict(repo.commits[repo.resolve(revision)])
        for line in self.body.splitlines():
            operation = json.loads(line)
            value = operation["value"]
            if operation["key"] == "file":
                files[value["path"]] = self.hub.keep(base64.b64decode(value["content"]))
            elif operation["key"] == "lfsFile":
                files[value["path"]] = value["oid"]
        oid = repo.add_commit(revision, files)
        address = f"{self._page(name)}/commit/{oid}"
        self._send(200, {"success": True, "commitOid": oid, "commitUrl": address})

    def branch(self, kind: str, name: str, revision: str) -> None:
        repo = self._repo(kind, name, write=True)
        if revision in repo.branches:
            raise HubError(409, "", "Reference already exists")
        repo.branches[revision] = repo.branches["main"]
        self._send(200, {})


_REPO = r"(?P<name>[^/]+(?:/[^/]+)?)"
_API = rf"/api/(?P<kind>model|dataset)s/{_REPO}"
ROUTES: list[tuple[str, str, Callable[..., None]]] = [
    ("POST", "/api/repos/create", Handler.create),
    ("POST", "/api/validate-yaml", Handler.validate),
    ("POST", rf"{_API}/preupload/(?P<revision>[^/]+)", Handler.preupload),
    ("POST", rf"{_API}/commit/(?P<revision>[^/]+)", Handler.commit),
    ("POST", rf"{_API}/branch/(?P<revision>[^/]+)", Handler.branch),
    ("POST", rf"{_API}/paths-info/(?P<revision>[^/]+)", Handler.paths_info),
    ("GET", rf"{_API}/tree/(?P<revision>[^/]+)(?:/(?P<folder>.*))?", Handler.tree),
    ("GET", rf"{_API}(?:/revision/(?P<revision>[^/]+))?", Handler.info),
    ("POST", rf"/{_REPO}\.git/info/lfs/objects/batch", Handler.batch),
    ("PUT", "/objects/(?P<digest>[0-9a-f]{64})", Handler.upload),
    ("POST", "/objects/(?P<digest>[0-9a-f]{64})/verify", Handler.verify),
    ("GET HEAD", "/objects/(?P<digest>[0-9a-f]{64})", Handler.download),
    (
        "GET HEAD",
        rf"/(?P<prefix>datasets/)?{_REPO}/resolve/(?P<revision>[^/]+)/(?P<path>.+)",
        Handler.resolve,
    ),
]


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Hub, str]]:
    """A hub on a free port of this machine, and its address."""
    hub = Hub(folder)
    handler = type("HubHandler", (Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield hub, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
