"""In: a page on the disk. Out: what a browser shows of it. Room: tests.

A headless Chromium, spoken to over a pipe in the DevTools protocol: nothing but the browser itself is needed.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Browser", "Page", "browser_path", "open_browser"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE = 60.0
_STILL = """async (selector, number) => {
  let last, still = 0;
  while (still < 3) {
    const one = document.querySelectorAll(selector)[number];
    one?.scrollIntoView({ block: "center" });
    const box = one?.getBoundingClientRect();
    const same = box && last && one === last.one && box.x === last.x && box.y === last.y && box.width === last.width;
    still = same ? still + 1 : 0;
    last = box && { one, x: box.x, y: box.y, width: box.width, height: box.height };
    await new Promise(after => setTimeout(after, 30));
  }
  return [last.x + last.width / 2, last.y + last.height / 2];
}"""
"""Where the middle of an element is, when it is the same element at the same place several times in a row."""


def browser_path() -> str:
    """The browser of this machine; the test is skipped where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is installed: `apt-get install chromium` (or any Chrome) lets these tests run")
    return found


class Browser:
    """One process and the pipe to it."""

    def __init__(self, path: str, home: str) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self._read, self._write = ours_in, ours_out
        # the protocol speaks on the descriptors 3 and 4
        command = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        flags = (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={home}",
            "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--force-color-profile=srgb", "about:blank",
        )  # fmt: skip
        self._process = subprocess.Popen(
            ["bash", "-c", command, path, *flags], pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._number = 0
        self._left = b""
        self.events: list[dict[str, Any]] = []

    def send(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + _PATIENCE
        while True:
            answer = self._next(end)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            self.events.append(answer)

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._left:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            chunk = os.read(self._read, 1 << 20) if ready else b""
            if not chunk:
                raise AssertionError("the browser does not answer")
            self._left += chunk
        message, _, self._left = self._left.partition(b"\0")
        return dict(json.loads(message))

    def close(self) -> None:
        os.close(self._write)  # the browser ends when its pipe does
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        os.close(self._read)


class Page:
    """One page."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._target = str(browser.send("Target.createTarget", url="about:blank")["targetId"])
        self._session = str(browser.send("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.send(method, self._session, **parameters)

    def close(self) -> None:
        self._browser.send("Target.closeTarget", targetId=self._target)

    def look(self, width: int, height: int, *, dark: bool = False, phone: bool = False) -> None:
        """The size of the window and the colours that the system asks for."""
        scale = 2 if phone else 1
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone)
        self._send("Emulation.setTouchEmulationEnabled", enabled=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._send("Emulation.setEmulatedMedia", features=[scheme])

    def offline(self) -> None:
        self._send("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def open(self, url: str, ready: str = "document.body.dataset.ready === 'yes'") -> None:
        self._send("Page.navigate", url=url)
        self.wait(ready)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; promises are awaited."""
        answer = self._send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        end = time.monotonic() + _PATIENCE
        while not self.run(f"Boolean(document.body) && Boolean({condition})"):
            if time.monotonic() > end:
                raise AssertionError(f"never so: {condition}\n{self.faults()}")
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def click(self, selector: str, number: int = 0) -> None:
        """As a mouse does: at the middle of the element, whatever lies there, once a page that is drawn again stands still."""
        self.click_at(*self.run(f"({_STILL})({json.dumps(selector)}, {number})"))

    def click_at(self, x: float, y: float) -> None:
        self._send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, key: str, code: int = 0, text: str = "") -> None:
        pressed = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        self._send("Input.dispatchKeyEvent", type="keyDown", **pressed)
        self._send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def press(self, name: str) -> None:
        codes = {"Enter": (13, "\r"), "Escape": (27, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "Tab": (9, "")}
        code, text = codes.get(name, (ord(name[0].upper()), name))
        self.key(name, code, text)

    def type(self, text: str) -> None:
        self._send("Input.insertText", text=text)

    def faults(self) -> list[str]:
        """Errors and warnings of the console, exceptions, broken policies, requests that went anywhere."""
        self.run("0")
        found = []
        for event in self._browser.events:
            if event.get("sessionId") != self._session:
                continue
            given = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(str(given["exceptionDetails"].get("exception", {}).get("description", given)))
            elif event["method"] == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning", "assert"):
                found.append(" ".join(str(each.get("value", each.get("description"))) for each in given["args"]))
            elif event["method"] == "Log.entryAdded" and given["entry"]["level"] in ("error", "warning"):
                found.append(str(given["entry"]["text"]))
            elif event["method"] == "Network.requestWillBeSent":
                url = str(given["request"]["url"])
                if not url.startswith(("file:", "data:", "about:")):
                    found.append(f"a request to {url[:200]}")
        return found

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A screenshot."""
        data = self._send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser, ended when the block is."""
    path = browser_path()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        browser = Browser(path, home)
        try:
            yield browser
        finally:
            browser.close()
