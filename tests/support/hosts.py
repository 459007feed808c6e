"""A code host in small: a repository that can be cloned, the steps of its workflows, and its list of comments."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.support import libraries
from tests.support.project import Said

NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
"""Variables that keep git from this machine's own settings."""
INSTALLING = "Bring the program"
"""The step in whose place the program of this checkout is on the path."""


def git(folder: Path, *arguments: str) -> str:
    """What git says. Nothing of this machine's own settings counts."""
    settings = ("init.defaultBranch=main", "user.name=A", "user.email=a@a.example")
    command = ["git", *(word for setting in settings for word in ("-c", setting)), *arguments]
    env = {**os.environ, **NO_SETTINGS}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=env)
    return done.stdout


def repository(library: Path, origin: Path) -> Path:
    """A repository that holds a library on its main branch, and that can be pushed to."""
    git(library, "init", "--quiet")
    commit(library, "Begin")
    git(library, "clone", "--quiet", "--bare", str(library), str(origin))
    git(library, "remote", "add", "origin", str(origin))
    return origin


def commit(library: Path, words: str) -> None:
    """Commit all that stands in a library."""
    git(library, "add", "--all")
    git(library, "commit", "--quiet", "--message", words)


def clone(origin: Path, folder: Path, branch: str) -> Path:
    """A fresh clone, as a runner makes it."""
    git(origin, "clone", "--quiet", "--branch", branch, str(origin), str(folder))
    return folder


class Runner:
    """What runs the steps of a job in a clone: with the program of this checkout, and a folder for what is passing."""

    def __init__(self, clone: Path, temp: Path, context: Mapping[str, str]) -> None:
        self.clone, self.temp = clone, temp
        self.context = {"runner.temp": str(temp), "github.event.pull_request.head.sha": "", **context}
        self.summary = temp / "summary.md"
        tools = temp / "tools"
        tools.mkdir(parents=True)
        program = tools / "briefings"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pipeline "$@"\n')
        program.chmod(0o755)
        self.output = temp / "output"
        self.env = libraries.environment(
            PATH=f"{tools}:{os.environ['PATH']}",
            RUNNER_TEMP=str(temp),
            GITHUB_WORKSPACE=str(clone),
            GITHUB_STEP_SUMMARY=str(self.summary),
            GITHUB_OUTPUT=str(self.output),
            SOURCE_DATE_EPOCH="1714089600",
            **NO_SETTINGS,
        )

    def steps(self, job: Mapping[str, Any]) -> dict[str, Said]:
        """What each script of a job says, by the name of its step, whatever those before have come to."""
        return {
            step["name"]: self.script(step["run"], {**job.get("env", {}), **step.get("env", {})})
            for step in job["steps"]
            if "run" in step and step["name"] != INSTALLING
        }

    def script(self, text: str, env: Mapping[str, str]) -> Said:
        """What a script says, run as a runner does it."""
        filled = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda one: self.context[one[1]], said) for name, said in env.items()
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
        done = subprocess.run(
            command, cwd=self.clone, env=self.env | filled, capture_output=True, text=True, timeout=600, check=False
        )
        return Said(done.returncode, done.stdout, done.stderr)


def jobs(workflow: str) -> dict[str, Any]:
    """The jobs of a workflow file, by name."""
    read: dict[str, Any] = yaml.load(workflow, yaml.BaseLoader)["jobs"]
    return read


class Comments:
    """The comments of a proposed change: each with its number, who wrote it and what it says."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = list(rows)
        self.asked: list[tuple[str, str, str]] = []
        self.refuses = 0
        """The status of each answer, where the server refuses."""
        home = {"full_name": "team/library", "default_branch": "main"}
        self.change: dict[str, Any] = {"state": "open", "head": {"ref": "returned", "repo": home}}
        """The proposed change that they belong to."""
        self.permission = "write"
        """The right of whoever ticked a box."""

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of a server of these comments."""
        handler = type("Handler", (_Handler,), {"comments": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    comments: Comments

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(length)) if length else {}
        held = self.comments
        held.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        if held.refuses:
            self.send_error(held.refuses)
        elif self.path == "/user":
            self._say({"username": "project_1_bot"})
        elif self.path.endswith("/pulls/7"):
            self._say(held.change)
        elif self.path.endswith("/permission"):
            self._say({"permission": held.permission})
        elif self.command == "GET":
            number = int(re.search(r"&page=(\d+)", self.path)[1])  # type: ignore[index]
            self._say(held.rows[(number - 1) * 100 : number * 100])
        elif self.command == "POST":
            held.rows.append({"id": 1000 + len(held.rows), "user": {"login": "github-actions[bot]"}, **sent})
            self._say(held.rows[-1])
        else:
            (row,) = [row for row in held.rows if str(row["id"]) == self.path.rpartition("/")[2]]
            row.update(sent)
            self._say(row)

    do_GET = do_POST = do_PATCH = do_PUT = _answer

    def _say(self, value: object) -> None:
        said = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
