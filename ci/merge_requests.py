"""The merge requests that a commit came by, or one of them, and the one note that a mark has on each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import gitlab
import requests
from gitlab.exceptions import GitlabError

from ci.artifacts import PASSING, OneServersToken, seconds
from ci.repetition import Passing
from modelway.errors import InputError, ModelwayError, NotFound

TIMEOUT = 20.0
TOLD = ("opened", "merged", "locked")  # a merge request is locked while GitLab merges it


@dataclass(frozen=True)
class MergeRequests:
    """Those of a project, and the token that may write there."""

    server: str
    project_id: int
    project_path: str
    token: str
    authority: str = ""  # a file with the certificates to trust, where they are not the machine's
    timeout: float = TIMEOUT

    def tell(self, text: str, *, commit: str, mark: str) -> list[str]:
        """Leave the text as the note with this mark, on each that has the commit; return what was done.

        Passing when it may go soon.
        """
        return self._tell(text, mark=mark, where=lambda client: self._related(client, commit))

    def tell_one(self, text: str, *, number: int, mark: str) -> list[str]:
        """The same on the one with this number."""
        return self._tell(text, mark=mark, where=lambda _: [{"iid": number, "web_url": f"!{number}"}])

    def _tell(self, text: str, *, mark: str, where: Callable[[gitlab.Gitlab], Iterable[dict[str, Any]]]) -> list[str]:
        with OneServersToken() as session:
            try:
                client = self._client(session)
                return list(self._told(client, text, mark=mark, where=where(client)))
            except GitlabError as error:
                raise self._failure(error, retry_after=session.retry_after) from error
            except requests.RequestException as error:
                raise Passing(f"{self.server} does not answer: {type(error).__name__}") from error
            except (KeyError, TypeError) as error:
                raise ModelwayError(f"{self.server} does not answer as GitLab does; look at models.toml") from error

    def _client(self, session: requests.Session) -> gitlab.Gitlab:
        return gitlab.Gitlab(
            self.server,
            private_token=self.token,
            session=session,
            timeout=self.timeout,
            ssl_verify=self.authority or True,
        )

    def _told(self, client: gitlab.Gitlab, text: str, *, mark: str, where: Iterable[dict[str, Any]]) -> Iterator[str]:
        """Only the token's own notes are edited: anybody could have written the mark into theirs."""
        me = _one(client, "/user")["id"]
        for each in where:
            notes = f"/projects/{self.project_id}/merge_requests/{each['iid']}/notes"
            own = (note for note in _all(client, notes) if note["author"]["id"] == me)
            known = [note for note in own if note["body"].rstrip().endswith(mark)]
            if known:
                client.http_put(f"{notes}/{known[0]['id']}", post_data={"body": text}, obey_rate_limit=False)
            else:
                client.http_post(notes, post_data={"body": text}, obey_rate_limit=False)
            yield f"{'its note is edited' if known else 'a note is written'} on {each['web_url']}"

    def _related(self, client: gitlab.Gitlab, commit: str) -> Iterator[dict[str, Any]]:
        for each in _all(client, f"/projects/{self.project_id}/repository/commits/{commit}/merge_requests"):
            if each["state"] in TOLD and each["project_id"] == self.project_id:
                yield each

    def _failure(self, error: GitlabError, *, retry_after: str) -> ModelwayError:
        match error.response_code:
            case 401:
                return InputError(
                    "GitLab does not know MODELWAY_NOTES_TOKEN (401), it has expired or was revoked; make a new one"
                )
            case 403 | 404 as code:
                return NotFound(
                    f"MODELWAY_NOTES_TOKEN may not write notes in {self.project_path} ({code}); give it the role"
                    " Reporter there and the scope api"
                )
            case code if code in PASSING:
                return Passing(f"GitLab answers {code}", after=seconds(retry_after, now=datetime.now(UTC)))
            case code:
                return ModelwayError(f"{self.server} answers {code}, which GitLab should not; look at models.toml")


def _one(client: gitlab.Gitlab, path: str) -> dict[str, Any]:
    found = client.http_get(path, obey_rate_limit=False)
    if not isinstance(found, dict):
        raise GitlabError(f"{path} is no document")
    return found


def _all(client: gitlab.Gitlab, path: str) -> list[dict[str, Any]]:
    """Return all pages."""
    return list(client.http_list(path, get_all=True, per_page=100, obey_rate_limit=False))
