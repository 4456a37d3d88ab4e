"""What the tests of reports share: contents, words and the text of a PDF."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("huoju_report_sample", Path(__file__).parent / "sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """Return the invented contents."""
    return _load()


@pytest.fixture(scope="session")
def text_of() -> Callable[..., str]:
    """Return what turns a PDF into its text without blanks; skip where pdftotext is not installed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")

    def read(data: bytes, *options: str) -> str:
        run = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
        return re.sub("[\\s\u200b]+", "", run.stdout.decode())

    return read
