"""Who a GitLab job is, by a token that GitLab has signed: variables can be set by whoever starts a pipeline."""

from typing import Annotated, Literal

import jwt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ci.register import GitLab
from modelway.errors import InputError, ModelwayError, Refused
from modelway.release import Person

AUDIENCE = "modelway"
KEYS = "/oauth/discovery/keys"
TIMEOUT = 10
LEEWAY = 30  # seconds between GitLab's clock and a runner's
REQUIRED = ["iss", "aud", "exp", "iat"]

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]


class Identity(BaseModel):
    """What GitLab says of a job: project, branch, commit, and the person whose doing it is."""

    model_config = ConfigDict(frozen=True)

    project_id: Annotated[int, Field(gt=0)]
    project_path: str
    ref: str
    ref_type: str
    ref_protected: bool
    sha: Sha
    job_id: Annotated[int, Field(gt=0)]
    user_id: Annotated[int, Field(gt=0)]
    user_login: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]

    @property
    def person(self) -> Person:
        """Whose doing the job is."""
        return Person(id=self.user_id, login=self.user_login)


Variable = Literal["MODELWAY_ID_TOKEN", "UPSTREAM_ID_TOKEN"]


def verified(token: str, *, gitlab: GitLab, variable: Variable) -> Identity:
    """Return who the token's job is; Refused for a token that this GitLab did not sign for us, or not for now."""
    if not token:
        raise InputError(f"{variable} is not set; give the job `id_tokens:` as .gitlab/ has it (docs/gitlab.md)")
    try:
        key = jwt.PyJWKClient(gitlab.server + KEYS, timeout=TIMEOUT).get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=AUDIENCE,
            issuer=gitlab.server,
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )
        return Identity.model_validate(claims)
    except jwt.PyJWKClientConnectionError as error:
        raise ModelwayError(
            f"{gitlab.server + KEYS} does not answer: {error}; look at models.toml and the network"
        ) from error
    except jwt.ExpiredSignatureError as error:
        raise Refused(f"{variable} has expired; run the job that made it again, in a new pipeline") from error
    except (jwt.PyJWTError, ValidationError) as error:
        raise Refused(f"{variable} proves nothing: {_reason(error)}; {gitlab.server} has to sign it") from error


def require_branch(identity: Identity, *, branch: str) -> None:
    """Refuse a job of another branch than this one, which has to be protected."""
    if identity.ref_type != "branch" or identity.ref != branch:
        raise Refused(
            f"{identity.project_path} ran on {identity.ref_type} {identity.ref!r}, and models.toml names the branch "
            f"{branch!r}; push there"
        )
    if not identity.ref_protected:
        raise Refused(
            f"branch {branch!r} of {identity.project_path} is not protected; protect it in Settings > Repository, "
            "or anybody who may push could release"
        )


def require_ours(identity: Identity, *, gitlab: GitLab) -> None:
    """Refuse a job of any other project than the one in which our pipelines run, or of another branch."""
    if identity.project_id != gitlab.project:
        raise Refused(
            f"this job is of project {identity.project_id}, {identity.project_path}, and models.toml names project "
            f"{gitlab.project}; decide there"
        )
    require_branch(identity, branch=gitlab.branch)


def _reason(error: Exception) -> str:
    """Return one line without the token's own contents."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False)[0]
        return f"its claim {'.'.join(map(str, found['loc']))} is not as expected ({found['msg']})"
    return " ".join(str(error).split())[:200]
