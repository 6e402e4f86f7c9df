"""What can go wrong on the local platform.

PlatformError (1)
├── NotRunning (2)       a command needs the platform and it is down
├── DockerMissing (1)    images of Docker's were asked for, and there is no engine or no registry
├── TerraformMissing (1) the platform is to be made by Terraform, and there is none
├── TerraformRefused (1) this home's platform is not made as was asked
├── PortTaken (1)        somebody else listens where a part of ours would
├── DiskFull (that of what failed)  no room to begin, or none left on the way
├── HomeUnwritable (1)   the platform's folder is not this user's to write
├── RecordUnreadable (1) a file of the platform's folder is not what we write
├── StartFailed (1)      a part did not become healthy
├── StepFailed (the step's own code)  a ci step, or a demo's expectation, failed
├── AwsRefused (1)       the local AWS answered with an error, or not at all
├── ModelUnreadable (1)  model.toml does not say which model this is
└── ModelUnregistered (1) Terraform's variables do not name the model
"""


class PlatformError(Exception):
    """The local platform cannot do what it was asked."""

    exit_code = 1


class NotRunning(PlatformError):
    """The command needs a running platform."""

    exit_code = 2


class DockerMissing(PlatformError):
    """What Docker's images need is not there."""


class TerraformMissing(PlatformError):
    """There is no terraform on PATH."""


class TerraformRefused(PlatformError):
    """The home belongs to a platform that is made another way."""


class PortTaken(PlatformError):
    """Another program listens on a port of this platform."""


class DiskFull(PlatformError):
    """A disk has too little room, or none."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class HomeUnwritable(PlatformError):
    """The platform's folder cannot be written."""


class RecordUnreadable(PlatformError):
    """A file of the platform's folder is torn or another version's."""


class StartFailed(PlatformError):
    """A part of the platform did not become healthy."""


class StepFailed(PlatformError):
    """A step on a model's road failed."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class AwsRefused(PlatformError):
    """A call to the local AWS failed."""


class ModelUnreadable(PlatformError):
    """A model's folder does not say which model it holds."""


class ModelUnregistered(PlatformError):
    """Terraform has made nothing for the model."""
