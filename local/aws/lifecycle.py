"""Lifecycle rules of buckets, answered as they came: moto forgets parts of them, and nothing here acts on them."""

import threading
from xml.etree import ElementTree

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeBucket, s3_backends
from werkzeug import Request, Response

from local.aws.refusal import rest_xml_error
from local.aws.rest import RestCall
from local.aws.saver import Saver

NAME_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
SIZE = "x-amz-transition-default-minimum-object-size"
SMALLEST_MOVED = "all_storage_classes_128K"
KEPT = "modelway_lifecycle"
OPERATIONS = ("PutBucketLifecycleConfiguration", "GetBucketLifecycleConfiguration", "DeleteBucketLifecycle")


class Lifecycles:
    """Answers the three operations from the buckets' own records."""

    def __init__(self, *, lock: threading.RLock, saver: Saver) -> None:
        self.lock = lock
        self.saver = saver

    def answer(self, request: Request, call: RestCall) -> Response:
        """The answer to one of the operations."""
        name = call.labels["Bucket"]
        try:
            with self.lock:
                bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket(name)
                return self.act(bucket, request)
        except MissingBucket:
            return rest_xml_error(status=404, code="NoSuchBucket", message="The specified bucket does not exist")

    def act(self, bucket: FakeBucket, request: Request) -> Response:
        """Keep, show or forget the rules."""
        if request.method == "GET":
            return shown(bucket)
        if request.method == "DELETE":
            vars(bucket).pop(KEPT, None)
            self.saver.touch("s3")
            return Response(status=204)
        if not is_configuration(request.get_data()):
            message = "The XML you provided was not well-formed or did not validate against our published schema"
            return rest_xml_error(status=400, code="MalformedXML", message=message)
        size = request.headers.get(SIZE, SMALLEST_MOVED)
        vars(bucket)[KEPT] = (request.get_data(), size)  # on the bucket, with which it is saved and deleted
        self.saver.touch("s3")
        return Response(headers={SIZE: size})


def shown(bucket: FakeBucket) -> Response:
    """The rules as they came."""
    document, size = vars(bucket).get(KEPT, (None, ""))
    if document is None:
        message = "The lifecycle configuration does not exist"
        return rest_xml_error(status=404, code="NoSuchLifecycleConfiguration", message=message)
    return Response(document, headers={SIZE: size}, content_type="application/xml")


def is_configuration(document: bytes) -> bool:
    """Whether the document holds at least one rule with a status."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - of this machine's own clients
    except ElementTree.ParseError:
        return False
    name = root.tag.rpartition("}")[2]
    rules = [rule for rule in root if rule.tag.rpartition("}")[2] == "Rule"]
    statuses = [child.text for rule in rules for child in rule if child.tag.rpartition("}")[2] == "Status"]
    return name == "LifecycleConfiguration" and 0 < len(rules) == sum(s in ("Enabled", "Disabled") for s in statuses)
