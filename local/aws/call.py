"""What one request to the local AWS is: who calls which operation of which service, about what."""

from dataclasses import dataclass

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sts.models import sts_backends
from werkzeug import Request

from local.aws.operation import operation_name
from local.aws.resource import resource_of
from local.aws.rest import rest_call
from local.aws.scope import Scope

ROOT = "root"


@dataclass(frozen=True)
class Call:
    """One request, as the call log and the faults know it; `service` is the credential scope."""

    role: str
    service: str
    operation: str
    resource: str


class Callers:
    """Tells who calls: roles by the access keys that STS has given them."""

    def __init__(self) -> None:
        self.roles: dict[str, str] = {}

    def call_of(self, request: Request) -> Call:
        """The call that a request makes."""
        scope = Scope.of(request.environ)
        rest = rest_call(request, scope=scope.service)
        operation = rest.operation if rest is not None else operation_name(request)
        resource = resource_of(request, rest, service=scope.service, operation=operation)
        return Call(self.role_of(scope.access_key), scope.service, operation, resource)

    def role_of(self, access_key: str) -> str:
        """The name of the role whose assumed credentials hold the key, else `root`."""
        if access_key not in self.roles:
            assumed = sts_backends[DEFAULT_ACCOUNT_ID]["aws"].get_assumed_role_from_access_key(access_key)
            if assumed is None:
                return ROOT
            self.roles[access_key] = assumed.role_arn.rpartition("/")[2]
        return self.roles[access_key]
