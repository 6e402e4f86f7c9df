"""A release: one version of one model's image, and where it came from; before it, the reservation of its version."""

from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from semver import Version

from modelway.names import ModelId
from modelway.versions import parse_image, parse_trained


def _image_version(value: str) -> str:
    return str(parse_image(value))


def _trained_version(value: str) -> str:
    return str(parse_trained(value))


ImageVersionText = Annotated[str, AfterValidator(_image_version)]
TrainedVersionText = Annotated[str, AfterValidator(_trained_version)]
SourcesDigest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class Person(BaseModel):
    """Somebody in GitLab: the number is for good, the name can be changed by who bears it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[int, Field(gt=0)]
    login: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[!-~]+$")]


class Reservation(BaseModel):
    """Who took a version, for which sources. The same sources have the same version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: ImageVersionText
    sources: SourcesDigest
    commit: str = ""
    job: str = ""
    time: str = ""
    reason: str = ""
    pushed_by: Person | None = None

    @property
    def number(self) -> Version:
        """Its semantic version."""
        return parse_image(self.version)


class Release(BaseModel):
    """release.json: what CI made of one push. `image` names the digest, so nothing can be swapped later.

    `pushed_by` has whoever is proven to have pushed the sources before they were released; nobody is, at a desk.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    model: str
    version: ImageVersionText
    image: str = Field(pattern=r"^[^\s@]+@sha256:[0-9a-f]{64}$")
    sources: SourcesDigest | None = None
    commit: str = ""
    author: str = ""
    pushed_by: tuple[Person, ...] = ()
    pipeline_url: str = ""
    created_at: AwareDatetime

    @property
    def id(self) -> ModelId:
        """The model it is a version of."""
        return ModelId(self.project, self.model)

    @property
    def number(self) -> Version:
        """Its semantic version."""
        return parse_image(self.version)

    @property
    def content(self) -> tuple[str, str, str, str | None]:
        """What makes it this release, whichever pipeline published it."""
        return str(self.id), self.version, self.image, self.sources

    @model_validator(mode="after")
    def _names_fit_aws(self) -> Self:
        ModelId(self.project, self.model)
        return self
