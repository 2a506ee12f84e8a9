# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens pages in headless Chromium and inspects them, in plain Python, with the DevTools protocol over two pipes.

Nothing is fetched from a network: requests of a page are recorded, and a test checks that there are none.
"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

TIMEOUT = 120  # seconds for one answer


class BrowserError(Exception):
    """An error of the browser or of a page."""


def find_chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    def __init__(self, program: str):
        self._profile = tempfile.TemporaryDirectory(prefix="tlsdiag-browser-", ignore_cleanup_errors=True)
        commands_read, self._commands = os.pipe()
        self._answers, answers_write = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4. No sandbox: it refuses one to root, and in many
        # containers; the pages are our own.
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--no-first-run", "--disable-background-networking", "--disable-component-update",
                     f"--user-data-dir={self._profile.name}", "--remote-debugging-pipe", "about:blank"]
        script = f'exec "$@" 3<&{commands_read} 4>&{answers_write}'
        self._process = subprocess.Popen(["/bin/bash", "-c", script, "browser", program, *arguments],
                                         pass_fds=(commands_read, answers_write), stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        os.close(commands_read)
        os.close(answers_write)
        self._unread = b""
        self._number = 0
        self.events: list[dict] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._commands)  # then Chromium exits
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._answers)
        self._profile.cleanup()

    def _message(self) -> dict:
        while b"\0" not in self._unread:
            chunk = os.read(self._answers, 1 << 20)
            if not chunk:
                raise BrowserError("Chromium ended")
            self._unread += chunk
        text, _, self._unread = self._unread.partition(b"\0")
        return json.loads(text)

    def _call(self, method: str, session: str | None = None, **parameters):
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        data = json.dumps(command).encode() + b"\0"
        while data:
            data = data[os.write(self._commands, data):]
        while True:
            message = self._message()
            if message.get("id") == self._number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def call(self, method: str, **parameters):
        return self._call(method, self._session, **parameters)

    def open(self, page: pathlib.Path) -> float:
        """Loads the page and returns the seconds until it was laid out."""
        self.events.clear()
        start = time.monotonic()
        self.call("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message())
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
        return time.monotonic() - start

    def evaluate(self, script: str):
        """The value of an expression; of a promise, once it is fulfilled."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise BrowserError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def look(self, width: int = 1200, dark: bool = False, printed: bool = False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if printed else "screen", features=[scheme])

    def screenshot(self, file: pathlib.Path, height: int | None = None):
        """The whole page, or its upper part."""
        clip = {}
        if height:
            width = self.evaluate("innerWidth")
            clip = {"clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}
        image = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, **clip)
        file.write_bytes(base64.b64decode(image["data"]))

    def requests(self) -> list[str]:
        """The URLs that the page requested, including its own."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """The messages of the browser console."""
        return [json.dumps(event["params"]) for event in self.events
                if event.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]
