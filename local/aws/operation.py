"""What a request asks for, read without the service's model."""

from urllib.parse import parse_qs

from werkzeug import Request

READ_METHODS = ("GET", "HEAD", "OPTIONS")
READ_VERBS = ("BatchGet", "Describe", "Filter", "Get", "Head", "List", "Lookup", "Search", "Simulate")
# They have the verb of a read and still leave something behind that must be kept.
WRITES = ("GetFederationToken", "GetSessionToken")


def operation_name(request: Request) -> str:
    """`PutImage` where the protocol names the operation, else method and path."""
    return target_of(request) or action_of(request) or f"{request.method} {request.path}"


def target_of(request: Request) -> str:
    """The operation that a JSON protocol names in its header."""
    return request.headers.get("X-Amz-Target", "").rpartition(".")[2]


def action_of(request: Request) -> str:
    """The operation that the query protocol names in its body or URL."""
    if not is_form(request):
        return request.args.get("Action", "")
    return parse_qs(request.get_data(as_text=True)).get("Action", [""])[0]


def is_form(request: Request) -> bool:
    """Whether the body is the query protocol's form."""
    return request.mimetype == "application/x-www-form-urlencoded"


def may_write(request: Request) -> bool:
    """Whether the request can change what the service holds."""
    name = target_of(request) or action_of(request)
    if not name:
        return request.method not in READ_METHODS
    return name in WRITES or not name.startswith(READ_VERBS)
