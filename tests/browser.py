"""A browser for tests of pages, one for all of them."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 120_000
"""Milliseconds to wait for what should come at once: other programs may keep the machine busy."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A chromium without a window, the system's or playwright's own; without one, skip."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    system = next(filter(None, map(shutil.which, NAMES)), None)
    with api.sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=system, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"no chromium can be started ({str(error).splitlines()[0]})")
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """A function that opens a page; the test fails if that has an error, or asks somebody else."""
    troubles: list[str] = []
    contexts: list[Any] = []

    def opened(url: str = "about:blank", **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: note(said.type, said.text))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("request", lambda request: visit(request.url))
        page.goto(url)
        return page

    def note(kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            troubles.append(f"{kind}: {text}")

    def visit(url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            troubles.append(f"request: {url}")

    yield opened
    for context in contexts:
        context.close()
    assert not troubles
