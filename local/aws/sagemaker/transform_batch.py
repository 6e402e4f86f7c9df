"""Posts the objects of a transform job to its container and keeps the answers as files."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from local.aws.sagemaker.jobs import POLL
from local.aws.sagemaker.replica import Replica, Unanswered
from local.aws.sagemaker.transform_payloads import PayloadError, assembled, payloads
from local.aws.sagemaker.transform_settings import TransformSettings


class Refused(Exception):
    """The container did not transform a payload; the message says why."""


class Batch:
    """One job's objects; what one of them comes to does not keep the others from being transformed."""

    def __init__(self, replica: Replica, settings: TransformSettings, *, halted: Callable[[], bool]) -> None:
        self._replica, self._settings, self._halted = replica, settings, halted

    def run(self, objects: Mapping[Path, Path], *, halt: Callable[[], None]) -> dict[Path, str]:
        """Transform each file into another; the problems by input file. `halt` is called when it must end early."""
        with ThreadPoolExecutor(self._settings.concurrency) as pool:
            running = {pool.submit(self._transform, source, target): source for source, target in objects.items()}
            while wait(running, timeout=POLL).not_done:
                if self._halted():
                    halt()
        return {source: problem for future, source in running.items() if (problem := future.result())}

    def _transform(self, source: Path, target: Path) -> str:
        """Why the object was not transformed, empty when it was; half an output is none."""
        partial = target.with_name(f"{target.name}.partial")
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as file:
                for payload in payloads(source, self._settings):
                    file.write(assembled(self._answer(payload), self._settings))
        except (PayloadError, Refused) as problem:
            partial.unlink()
            return str(problem)
        partial.rename(target)
        return ""

    def _answer(self, payload: bytes) -> bytes:
        """The container's answer, asked again as often as the job allows; raises Refused."""
        said = ""
        for _ in range(self._settings.tries):
            if self._halted():
                raise Refused("the job was stopped")
            try:
                answer = self._replica.post(payload, self._settings.headers, timeout=self._settings.timeout)
            except Unanswered as problem:
                said = f"No answer from the container: {problem}"
                self._replica.wait_healthy(self._halted)
                continue
            if 200 <= answer.status < 300:
                return answer.body
            text = answer.body.decode("utf-8", "replace")
            said = f"Bad HTTP status received from algorithm: {answer.status}: {text}"
            if answer.status < 500:
                break
        raise Refused(said)
