"""S3 as pages: what lies below a prefix, and what a text says."""

import json
from typing import Any

from local.aws.console.page import Markup, Page, link, paper, table

MOST_BYTES = 256 * 1024


def bucket_list(s3: Any, *, home: str) -> Markup:
    """The buckets."""
    rows: list[tuple[object, ...]] = [
        (link(bucket["Name"], f"{home}s3/{bucket['Name']}/"),) for bucket in s3.list_buckets()["Buckets"]
    ]
    return Markup(f"<h2>S3</h2>{table(rows, look='list')}")


def stored_page(s3: Any, place: str, *, home: str) -> Page:
    """An object, or what lies below a prefix that ends with a slash."""
    bucket, _, key = place.partition("/")
    title = f"s3://{bucket}/{key}"
    if not key or key.endswith("/"):
        return Page(title, _folder(s3, bucket, key, home=home))
    return Page(title, _object(s3, bucket, key, home=home))


def _folder(s3: Any, bucket: str, prefix: str, *, home: str) -> Markup:
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/")
    above = prefix.rstrip("/").rpartition("/")[0]
    rows: list[tuple[object, ...]] = []
    if prefix:
        rows.append((link("..", f"{home}s3/{bucket}/{above}/".replace("//", "/")), "", ""))
    for folder in found.get("CommonPrefixes", []):
        rows.append((link(folder["Prefix"].removeprefix(prefix), f"{home}s3/{bucket}/{folder['Prefix']}"), "", ""))
    for each in found.get("Contents", []):
        name = each["Key"].removeprefix(prefix)
        time = f"{each['LastModified']:%Y-%m-%d %H:%M:%S}"
        rows.append((link(name, f"{home}s3/{bucket}/{each['Key']}"), f"{each['Size']:,} bytes", time))
    more = "<p>The first thousand; there are more.</p>" if found.get("IsTruncated") else ""
    return Markup(table(rows, look="list") + more)


def _object(s3: Any, bucket: str, key: str, *, home: str) -> Markup:
    found = s3.get_object(Bucket=bucket, Key=key)
    size = found["ContentLength"]
    folder = link("folder", f"{home}s3/{bucket}/{key.rpartition('/')[0]}/")
    facts = Markup(f'<p class="links">{folder} {size:,} bytes, {found["LastModified"]:%Y-%m-%d %H:%M:%S}</p>')
    text = readable(found["Body"].read(MOST_BYTES))
    if text is None:
        return Markup(f"{facts}<p>Not a text. To have it: <code>aws s3 cp</code>.</p>")
    cut = f"\n… ({size - MOST_BYTES:,} bytes more)" if size > MOST_BYTES else ""
    return Markup(facts + paper(text + cut, home=home))


def readable(content: bytes) -> str | None:
    """The text, a JSON document indented; None when it is no text."""
    if b"\0" in content:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may have been cut in two; a fault before that means that it is no text.
        if error.start < len(content) - 3:
            return None
        text = content[: error.start].decode("utf-8")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
