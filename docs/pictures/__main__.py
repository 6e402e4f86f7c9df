"""`python docs/pictures`: takes the screenshots of the documentation from a real demo, in headless Chromium."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent
CHECKOUT = FOLDER.parent.parent
AS_GRAPHS = 'for (const dag of ["train", "deploy"]) localStorage.setItem(`dag_view-${dag}`, JSON.stringify("graph"))'
BARE = ".react-flow__minimap, .react-flow__controls, .react-flow__panel { visibility: hidden }"
SETTLED = 2500  # milliseconds: a graph is laid out and a page's charts have grown


@dataclass(frozen=True)
class Camera:
    """Takes pictures of the platform in one home."""

    browser: Browser
    home: Path

    def address(self, part: str) -> str:
        """Where a part of the platform listens."""
        port = json.loads((self.home / "platform.json").read_text(encoding="utf-8"))["ports"][part]
        return f"http://127.0.0.1:{port}"

    def page(self, *, width: int, height: int) -> Page:
        """A new page of this size."""
        page = self.browser.new_page(viewport={"width": width, "height": height})
        page.add_init_script(AS_GRAPHS)
        return page

    def graph(self, dag: str) -> None:
        """The DAG's graph with the states of its last run."""
        page = self.page(width=1500, height=430)
        page.goto(f"{self.address('airflow')}/dags/{dag}/runs/{self.last_run(page, dag)}")
        page.wait_for_selector(".react-flow__node")
        page.wait_for_timeout(SETTLED)
        page.locator(".react-flow__controls-fitview").click()
        page.wait_for_timeout(SETTLED)
        page.add_style_tag(content=BARE)
        page.locator(".react-flow").screenshot(path=FOLDER / f"{dag}.png")

    def run(self) -> None:
        """The last training with its note."""
        page = self.page(width=1280, height=720)
        page.goto(f"{self.address('airflow')}/dags/train/runs/{self.last_run(page, 'train')}")
        page.get_by_role("button", name="Note").click()
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=FOLDER / "run.png")

    def inbox(self) -> None:
        """The card of the better version."""
        page = self.page(width=1280, height=820)
        page.goto(f"{self.address('inbox')}/")
        page.get_by_text("1.0.1 trained: better").first.click()
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=FOLDER / "inbox.png")

    def last_run(self, page: Page, dag: str) -> str:
        """The id of the DAG's newest run."""
        airflow = self.address("airflow")
        token = page.request.get(f"{airflow}/auth/token").json()["access_token"]
        newest = f"{airflow}/api/v2/dags/{dag}/dagRuns?order_by=-start_date&limit=1"
        found: dict[str, Any] = page.request.get(newest, headers={"Authorization": f"Bearer {token}"}).json()
        return str(found["dag_runs"][0]["dag_run_id"])


def local(*arguments: str, home: Path) -> None:
    """Run one command of the platform in this home."""
    subprocess.run([sys.executable, "-m", "local", *arguments, "--home", str(home)], cwd=CHECKOUT, check=True)


def main() -> None:
    """A demo that is kept, a look at each page, and down."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("modelway: chromium is not on PATH; install it (Debian, Ubuntu: `apt install chromium`)")
    with tempfile.TemporaryDirectory(prefix="modelway-pictures-") as folder, sync_playwright() as playwright:
        home = Path(folder)
        camera = Camera(playwright.chromium.launch(executable_path=chromium), home)
        try:
            local("demo", "--keep", "--picture", str(FOLDER / "demo.svg"), home=home)
            camera.graph("train")
            camera.graph("deploy")
            camera.run()
            camera.inbox()
        finally:
            camera.browser.close()
            local("down", home=home)


if __name__ == "__main__":
    main()
