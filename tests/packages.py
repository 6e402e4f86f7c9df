"""A package index on this machine, which can go away as a network does."""

import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

WHEEL = "tiny-1.0-py3-none-any.whl"
FILES = {
    "tiny.py": "NUMBER = 1\n",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
RECORD = "tiny-1.0.dist-info/RECORD"


class Silent(SimpleHTTPRequestHandler):
    """Serves a folder without a word, to be asked again each time."""

    def end_headers(self) -> None:
        """Let nobody take what it said a moment ago for news."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


class PackageIndex:
    """Offers the package `tiny`, which has one module of that name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        offered = folder / "tiny"
        offered.mkdir(parents=True)
        with zipfile.ZipFile(offered / WHEEL, "w") as wheel:
            for name, text in FILES.items():
                wheel.writestr(name, text)
            wheel.writestr(RECORD, "".join(f"{name},,\n" for name in [*FILES, RECORD]))
        (offered / "index.html").write_text(f'<a href="{WHEEL}">{WHEEL}</a>')
        with self._serving() as server:
            self._port = server.server_port

    def settings(self, cache: Path) -> dict[str, str]:
        """What makes uv look here and nowhere else, and keep what it found in the cache."""
        nothing = {"UV_NO_CONFIG": "1", "UV_FIND_LINKS": "", "UV_INDEX": "", "UV_EXTRA_INDEX_URL": ""}
        place = {"UV_DEFAULT_INDEX": f"http://127.0.0.1:{self._port}/", "UV_CACHE_DIR": str(cache)}
        return nothing | place | {"UV_HTTP_RETRIES": "0"}

    @contextmanager
    def reachable(self) -> Iterator[None]:
        """Answer within the block; before and after it nobody listens."""
        with self._serving(self._port):
            yield

    @contextmanager
    def _serving(self, port: int = 0) -> Iterator[ThreadingHTTPServer]:
        with ThreadingHTTPServer(("127.0.0.1", port), partial(Silent, directory=self._folder)) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()
