"""IAM users with a boundary of their rights, which moto keeps for roles only."""

from moto.core.responses import ActionResult, EmptyResult
from moto.iam import urls
from moto.iam.models import User
from moto.iam.responses import IamResponse

from local.aws.mended.responses import answer_with


class BoundedUsers(IamResponse):
    """moto's IAM, in which a user's boundary can be set and read."""

    def create_user(self) -> ActionResult:
        """CreateUser, with its boundary."""
        answer = super().create_user()
        if boundary := self._get_param("PermissionsBoundary"):
            bound(self._user(), boundary)
        return answer

    def put_user_permissions_boundary(self) -> ActionResult:
        """PutUserPermissionsBoundary."""
        bound(self._user(), self._get_param("PermissionsBoundary"))
        return EmptyResult()

    def delete_user_permissions_boundary(self) -> ActionResult:
        """DeleteUserPermissionsBoundary."""
        vars(self._user()).pop("permissions_boundary", None)
        return EmptyResult()

    def list_service_specific_credentials(self) -> ActionResult:
        """ListServiceSpecificCredentials; nobody has any here."""
        return ActionResult({"ServiceSpecificCredentials": []})

    def _user(self) -> User:
        return self.backend.get_user(self._get_param("UserName"))


def bound(user: User, policy: str) -> None:
    """Keep the boundary with the user, where moto's serializer finds it."""
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy}
    vars(user)["permissions_boundary"] = boundary


def mend() -> None:
    """Answer with our class."""
    answer_with(BoundedUsers, urls)
