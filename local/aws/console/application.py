"""The console's addresses: `/-/{region}/{kind}/{name}`, read only and for this machine's browser alone."""

import re
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from werkzeug import Request, Response

from local.aws.console.log import log_page
from local.aws.console.page import Markup, Page
from local.aws.console.resource import KINDS, resource_lists, resource_page
from local.aws.console.stored import bucket_list, stored_page
from local.aws.sagemaker.cloud import Cloud

PREFIX = "/-/"
ADDRESS = re.compile(r"/-/(?P<region>[a-z0-9-]+)/(?:(?P<kind>[a-z0-9-]+)/(?P<name>.+))?")
HERE = ("127.0.0.1", "localhost")


class NoSuchPage(Exception):
    """Nothing is shown at this address."""


class Console:
    """Answers a browser; speaks to the local AWS as any client does."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def __call__(self, request: Request) -> Response:
        """The page of the address; refused to other methods and, as a foreign name may lead here, other hosts."""
        found = ADDRESS.fullmatch(request.path)
        home = f"{PREFIX}{found['region']}/" if found else PREFIX
        if urlsplit(f"//{request.host}").hostname not in HERE:
            return wordy("This page is for this machine", f"not for {request.host}").response(home, status=403)
        if request.method not in ("GET", "HEAD"):
            return wordy("These pages can only be read", request.method).response(home, status=405)
        if found is None:
            return wordy("No such page", request.path).response(home, status=404)
        return self.answer(found["region"], found["kind"] or "", found["name"] or "", home=home)

    def answer(self, region: str, kind: str, name: str, *, home: str) -> Response:
        """The page, or in its place the words in which AWS refused."""
        try:
            return self.page(region, kind, name, home=home).response(home)
        except (NoSuchPage, BotoCoreError, ClientError) as error:
            return wordy(f"{kind.replace('-', ' ')} {name}".strip(), str(error)).response(home, status=404)

    def page(self, region: str, kind: str, name: str, *, home: str) -> Page:
        """The page of one thing, or of all."""
        sagemaker, s3 = self.cloud("sagemaker", region=region), self.cloud("s3", region=region)
        if not kind:
            return Page("Local AWS", Markup(resource_lists(sagemaker, home=home) + bucket_list(s3, home=home)))
        if kind == "s3":
            return stored_page(s3, name, home=home)
        of_kind, _, of_name = name.partition("/")
        if kind == "log" and of_kind in KINDS:
            return log_page(self.cloud("logs", region=region), sagemaker, of_kind, of_name, home=home)
        if kind in KINDS or kind == "model-package":
            return resource_page(sagemaker, kind, name, home=home)
        raise NoSuchPage(f"There are no pages of {kind}")


def wordy(title: str, words: str) -> Page:
    """A page that only says something."""
    return Page(title, Markup(f"<p>{Markup.of(words)}</p>"))
