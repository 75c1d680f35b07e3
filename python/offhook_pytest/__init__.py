"""Scenes of calls (*.scene.yaml) as tests of pytest, played by `offhook test`.

In conftest.py:

    pytest_plugins = ["offhook_pytest"]
"""

import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ENDINGS = (".scene.yaml", ".scene.yml", ".scenes.yaml", ".scenes.yml")


def pytest_collect_file(file_path, parent):
    if file_path.name.endswith(ENDINGS):
        return SceneFile.from_parent(parent, path=file_path)
    return None


class SceneFailure(Exception):
    """A step of a scene did not come; the text is what `offhook test` says of it."""


class SceneFile(pytest.File):
    """A file of scenes: all of them are played when it is collected, each is told as a test of its own."""

    def collect(self):
        for name, failure in play(self.path):
            yield Scene.from_parent(self, name=name, failure=failure)


class Scene(pytest.Item):
    """One scene, and what came of it."""

    def __init__(self, *, failure, **rest):
        super().__init__(**rest)
        self.failure = failure

    def runtest(self):
        if self.failure is not None:
            raise SceneFailure(self.failure)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, SceneFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, f"{self.path.name}: {self.name}"


def play(path):
    """Plays the scenes of a file. Gives each name with what went wrong, or None."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [program(path), "test", str(path), "--junit", str(report)]
        done = subprocess.run(words, cwd=path.parent, capture_output=True, text=True, check=False)
        if not report.exists():
            return [("plays", f"{done.stdout}{done.stderr}" or f"{words[0]} ends with {done.returncode}")]
        cases = ElementTree.parse(report).getroot().iter("testcase")
        return [(case.get("name"), failure_of(case)) for case in cases]


def failure_of(case):
    """What a failed scene says, without the same again as Node prints its error."""
    failure = case.find("failure")
    if failure is None:
        return None
    told = re.split(r"\]? \{\n  code: 'ERR_TEST_FAILURE'|\n    at ", failure.text or failure.get("message"))[0]
    return re.sub(r"^\s*\[?(Error \[ERR_TEST_FAILURE\]: )?", "", told).strip()


def program(path):
    """The command of the nearest node_modules, else that of PATH."""
    for folder in path.parents:
        command = folder / "node_modules" / ".bin" / ("offhook.cmd" if os.name == "nt" else "offhook")
        if command.exists():
            return str(command)
    found = shutil.which("offhook")
    if found is None:
        raise pytest.UsageError("there is no offhook in node_modules or PATH: npm install it, or offhook init")
    return found
