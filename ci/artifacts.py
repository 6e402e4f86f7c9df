"""A job's artifacts, read from GitLab as they come."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import gitlab
import requests
from gitlab.exceptions import GitlabError

from ci.repetition import Passing
from modelway.errors import InputError, ModelwayError, NotFound, Refused

CHUNK = 1024 * 1024
TIMEOUT = 60
PASSING = (429, 500, 502, 503, 504)


class OneServersToken(requests.Session):
    """A session that forgets the token when GitLab sends it on to an object store, and notes how long to wait."""

    last: requests.Response | None = None

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Drop GitLab's own header where requests would drop Authorization."""
        before, after = str(response.request.url), str(prepared_request.url)
        if self.should_strip_auth(before, after):  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            prepared_request.headers.pop("PRIVATE-TOKEN", None)
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]  # and this

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Keep the answer, whose headers are not in GitLab's errors."""
        self.last = super().send(request, **kwargs)
        return self.last

    def close(self) -> None:
        """Close what was not read to its end, too."""
        if self.last is not None:
            self.last.close()
        super().close()

    @property
    def retry_after(self) -> str:
        """How long the last answer asks to wait."""
        return "" if self.last is None else self.last.headers.get("Retry-After", "")


@dataclass(frozen=True)
class Artifacts:
    """The archive of a job, and the token that may read it."""

    server: str
    project: int
    job: int
    token: str
    authority: str = ""  # a file with the certificates to trust, where they are not the machine's

    def into(self, file: Path, *, limit: int) -> None:
        """Write the archive to the file, of at most so many bytes; Passing when it may go better soon."""
        with OneServersToken() as session, file.open("wb") as archive:
            received = 0

            def write(piece: bytes) -> None:
                nonlocal received
                received += len(piece)
                if received > limit:
                    raise Refused(
                        f"{self} are larger than {limit // 10**6} MB; leave data out, or raise --max-download"
                    )
                archive.write(piece)

            try:
                self._job(session).artifacts(streamed=True, action=write, chunk_size=CHUNK, obey_rate_limit=False)
            except GitlabError as error:
                raise self._failure(error, retry_after=session.retry_after) from error
            except requests.RequestException as error:
                raise Passing(f"{self} break off: {_reason(error)}") from error

    def _job(self, session: requests.Session) -> Any:
        client = gitlab.Gitlab(
            self.server,
            private_token=self.token,
            session=session,
            timeout=TIMEOUT,
            ssl_verify=self.authority or True,
        )
        return client.projects.get(self.project, lazy=True).jobs.get(self.job, lazy=True)

    def _failure(self, error: GitlabError, *, retry_after: str) -> ModelwayError:
        match error.response_code:
            case 401:
                return InputError(
                    f"{self}: GitLab does not know ACCESS_TOKEN (401), it has expired or was revoked; make a project "
                    "access token with the role Reporter and the scope read_api, and put it in that variable"
                )
            case 403 | 404 as code:
                return NotFound(
                    f"{self} are not there or not for ACCESS_TOKEN ({code}); look whether the job has artifacts that "
                    "have not expired, and whether the token has the role Reporter and the scope read_api there"
                )
            case code if code in PASSING:
                return Passing(f"{self}: GitLab answers {code}", after=seconds(retry_after, now=datetime.now(UTC)))
            case code:
                return ModelwayError(
                    f"{self}: GitLab answers {code}, which it should not; look at its address {self.server}"
                )

    def __str__(self) -> str:
        return f"the artifacts of job {self.job} of project {self.project}"


def seconds(retry_after: str, *, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date; None when it holds neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def _reason(error: requests.RequestException) -> str:
    cause = getattr(error.args[0], "reason", error.args[0]) if error.args else error
    return " ".join(str(cause).split())[:300]
