"""A person starts a run with Airflow's form, and reads on the run's page what it came to."""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.platform.desk import Desk, processes_of

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]
PATIENCE = 600  # seconds; a limit, not a wait: a busy machine is slow
REFUSED = "demo/nothing-here 1.4.0: **read_approved_package** failed: demo/nothing-here has no trained version 1.4.0"


class Airflow:
    """The api-server of a platform of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        with urllib.request.urlopen(f"{url}/auth/token") as answer:
            self.token = json.load(answer)["access_token"]

    def ask(self, path: str) -> Any:
        """The API's answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/api/v2{path}", headers=headers)) as answer:
            return json.load(answer)

    def has_dag(self) -> bool:
        """Whether the DAG can be started."""
        return any(dag["dag_id"] == "deploy" for dag in self.ask("/dags")["dags"])

    def ended(self, dag: str) -> Any:
        """The DAG's one run, once it has ended."""
        (run,) = self.ask(f"/dags/{dag}/dagRuns")["dag_runs"]
        return run if run["state"] in ("success", "failed") else None


def wait_for(condition: Callable[[], Any]) -> Any:
    """What the condition gives once it is something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "nothing within the limit"
        time.sleep(0.5)
    return found


@pytest.fixture(scope="module")
def airflow(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    desk = Desk(tmp_path_factory.mktemp("pages") / "home")
    started = desk.run("up")
    assert started.returncode == 0, started.stderr
    port = json.loads((desk.home / "platform.json").read_text())["ports"]["airflow"]
    airflow = Airflow(f"http://127.0.0.1:{port}")
    wait_for(airflow.has_dag)
    yield airflow
    desk.run("down")
    assert processes_of(desk.home) == []


@pytest.fixture(scope="module")
def page(browser: Browser, airflow: Airflow) -> Page:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    page.goto(f"{airflow.url}/dags/deploy")
    return page


@pytest.fixture(scope="module")
def form(page: Page) -> Locator:
    page.get_by_role("button", name="Trigger").click()
    return page.get_by_role("dialog")


def test_an_empty_form_starts_nothing(form: Locator) -> None:
    expect(form.get_by_text("This field is required")).to_have_count(3)
    expect(form.get_by_role("button", name="Trigger")).to_be_disabled()


@pytest.fixture(scope="module")
def refused(form: Locator) -> Locator:
    for name, value in (("project", "demo"), ("model", "nothing-here"), ("version", "1.4")):
        form.locator(f"input[name=element_{name}]").fill(value)
    form.get_by_role("button", name="Trigger").click()
    return form


def test_a_wrong_version_is_refused_in_the_form(refused: Locator, airflow: Airflow) -> None:
    expect(refused.get_by_text("Invalid input for param version: '1.4'").first).to_be_visible()
    assert airflow.ask("/dags/deploy/dagRuns")["dag_runs"] == []


@pytest.fixture(scope="module")
def run(refused: Locator, page: Page, airflow: Airflow) -> Any:
    refused.locator("input[name=element_version]").fill("1.4.0")
    refused.get_by_role("button", name="Trigger").click()
    page.wait_for_url(re.compile("/dags/deploy/runs/"))
    return wait_for(lambda: airflow.ended("deploy"))


def test_a_run_started_by_hand_notes_the_step_that_failed_and_why(run: Any) -> None:
    assert run["state"] == "failed"
    assert run["note"].startswith(REFUSED)


def test_the_note_is_on_the_runs_page(run: Any, page: Page, airflow: Airflow) -> None:
    page.goto(f"{airflow.url}/dags/deploy/runs/{run['dag_run_id']}")
    page.get_by_role("button", name="Note").click()
    expect(page.get_by_role("dialog").locator("p", has_text="has no trained version 1.4.0")).to_be_visible()


def test_the_result_is_a_button_on_the_recording_tasks_page(run: Any, page: Page, airflow: Airflow) -> None:
    page.goto(f"{airflow.url}/dags/deploy/runs/{run['dag_run_id']}/tasks/record_deployment/details")
    address = page.get_by_role("link", name="Result").get_attribute("href")
    assert address is not None
    page.goto(address)
    expect(page.get_by_role("heading")).to_contain_text("result.json")
    expect(page.locator("pre")).to_contain_text('"state": "failed"')


def test_the_dags_page_tells_the_road(page: Page, airflow: Airflow) -> None:
    page.goto(f"{airflow.url}/dags/deploy")
    page.get_by_role("button", name="Dag Docs").click()
    expect(page.get_by_role("heading", name="Put an approved version behind its endpoint")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("table").get_by_text("create_endpoint_config")).to_be_visible()
