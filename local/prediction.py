"""Asks an endpoint about rows whose truth is known."""

import csv
import io
import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from local.actors import USER, session_of
from local.errors import PlatformError
from local.platform import Platform
from local.pushed import Pushed
from local.refusals import aws_refusals


@dataclass(frozen=True)
class Prediction:
    """One row's truth and what the model answered."""

    truth: str
    answer: Any
    target: str

    @property
    def certainty(self) -> float:
        """How sure the model is, from 0 to 1; 0 where it gives no probability."""
        return abs((0.5 if self.probability is None else self.probability) - 0.5) * 2

    @property
    def probability(self) -> float | None:
        """What the model gives beside its label, if it does."""
        given = self.answer.get("probability") if isinstance(self.answer, dict) else None
        return None if given is None else float(given)

    @property
    def label(self) -> Any:
        """The answer itself."""
        return self.answer.get(self.target) if isinstance(self.answer, dict) else self.answer

    @property
    def is_right(self) -> bool:
        """Whether the answer's label is the truth."""
        return _spelled(self.label) == _spelled(self.truth)


@dataclass(frozen=True)
class Answer:
    """What came back from one call."""

    predictions: list[Prediction]
    attributes: str

    @property
    def model(self) -> str:
        """Which model says that it answered."""
        return self._attribute("model") or "the endpoint"

    @property
    def version(self) -> str:
        """Which version says that it answered."""
        return self._attribute("version")

    @property
    def training_data(self) -> str:
        """Where the data lies that it was trained on."""
        return self._attribute("training-data")

    def _attribute(self, name: str) -> str:
        pairs = (pair.partition("=") for pair in self.attributes.split(";"))
        return next((value for key, _, value in pairs if key == name), "")


@dataclass(frozen=True)
class _Rows:
    target: str
    truths: list[str]
    body: str


@aws_refusals()
def predict_rows(platform: Platform, pushed: Pushed, *, count: int) -> Answer:
    """Send rows of the test file, as the platform's user."""
    rows = _test_rows(platform, pushed, count)
    runtime = session_of(platform, USER).client("sagemaker-runtime", endpoint_url=platform.aws_url)
    response = runtime.invoke_endpoint(
        EndpointName=pushed.endpoint, ContentType="text/csv", Accept="application/json", Body=rows.body
    )
    content = json.loads(response["Body"].read())
    answers = content["predictions"] if isinstance(content, dict) and "predictions" in content else content
    predictions = [Prediction(truth, answer, rows.target) for truth, answer in zip(rows.truths, answers, strict=True)]
    return Answer(predictions, response.get("CustomAttributes", ""))


def surest(predictions: list[Prediction], *, count: int) -> list[Prediction]:
    """Those that a working model cannot get wrong: the surest row of each truth first, then the next surest."""
    ranked = sorted(predictions, key=lambda each: each.certainty, reverse=True)
    first = {each.truth: each for each in reversed(ranked)}
    return [*first.values(), *(each for each in ranked if each not in first.values())][:count]


def _test_rows(platform: Platform, pushed: Pushed, count: int) -> _Rows:
    s3 = session_of(platform, USER).client("s3", endpoint_url=platform.aws_url)
    evaluate = _model_toml(s3, platform.bucket, pushed)["evaluate"]
    bucket, prefix = _place(evaluate["test"], bucket=platform.bucket, pushed=pushed)
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    keys = [item["Key"] for item in listed if item["Key"].endswith(".csv")]
    if not keys:
        raise PlatformError(f"no .csv file lies under s3://{bucket}/{prefix}; put labelled rows there")
    text = s3.get_object(Bucket=bucket, Key=min(keys))["Body"].read().decode("utf-8-sig")
    return _rows(text, target=evaluate["target"], count=count)


def _model_toml(s3: Any, bucket: str, pushed: Pushed) -> dict[str, Any]:
    release = pushed.version.partition("+")[0]  # a second training of 1.4.0, 1.4.0+r2, is still that release
    content = s3.get_object(Bucket=bucket, Key=f"{pushed.prefix}/releases/{release}/model.toml")
    return tomllib.loads(content["Body"].read().decode())


def _place(where: str, *, bucket: str, pushed: Pushed) -> tuple[str, str]:
    if not where.startswith("s3://"):
        return bucket, f"{pushed.prefix}/{where}"
    name, _, prefix = where.removeprefix("s3://").partition("/")
    return name, prefix


def _rows(text: str, *, target: str, count: int) -> _Rows:
    """Some rows without header and target column, as the endpoint takes them."""
    header, *rows = [row for row in csv.reader(io.StringIO(text)) if row] or [[]]
    if target not in header:
        raise PlatformError(f"the test file has no column {target!r} but {', '.join(header)}")
    place = header.index(target)
    chosen = _varied(rows, place)[:count]
    body = io.StringIO()
    csv.writer(body, lineterminator="\n").writerows(row[:place] + row[place + 1 :] for row in chosen)
    return _Rows(target, [row[place] for row in chosen], body.getvalue())


def _spelled(label: object) -> object:
    """1, 1.0 and '1' are the same label."""
    try:
        return float(str(label))
    except ValueError:
        return str(label)


def _varied(rows: list[list[str]], place: int) -> list[list[str]]:
    """The rows with the first of each truth first, then the second of each: a few show more than one answer."""
    seen: Counter[str] = Counter()
    ranks = []
    for row in rows:
        seen[row[place]] += 1
        ranks.append(seen[row[place]])
    return [row for _, row in sorted(zip(ranks, rows, strict=True), key=lambda pair: pair[0])]
