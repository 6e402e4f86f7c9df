"""Errors in the shape of each AWS protocol, so that every SDK raises them typed and at once."""

import json
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug import Request, Response

from local.aws.operation import action_of
from local.aws.scope import Scope

REST_XML = ("s3", "s3control", "cloudfront", "route53")


def refuse(request: Request, *, status: int, code: str, message: str) -> Response:
    """The error in the protocol that the request speaks."""
    if Scope.of(request.environ).service in REST_XML:
        return rest_xml_error(status=status, code=code, message=message)
    if action_of(request):
        return query_error(status=status, code=code, message=message)
    return json_error(status=status, code=code, message=message)


def json_error(*, status: int, code: str, message: str, **members: object) -> Response:
    """The error of the JSON and REST-JSON protocols: one reads the body's type, the other the header's."""
    body = json.dumps({"__type": code, "message": message, "Message": message, **members})
    headers = {"x-amzn-ErrorType": code, "x-amzn-RequestId": str(uuid4())}
    return Response(body, status=status, headers=headers, content_type="application/x-amz-json-1.1")


def query_error(*, status: int, code: str, message: str) -> Response:
    """The error of the query protocol (SNS, STS, IAM, CloudWatch)."""
    fault = "Sender" if status < 500 else "Receiver"
    error = f"<Error><Type>{fault}</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    body = f"<ErrorResponse>{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    return Response(body, status=status, content_type="text/xml")


def rest_xml_error(*, status: int, code: str, message: str) -> Response:
    """The error of the REST-XML protocol (S3)."""
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message><RequestId>{uuid4()}</RequestId>"
    return Response(f"<Error>{error}</Error>", status=status, content_type="application/xml")
