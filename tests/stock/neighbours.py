"""What AWS's image `knn` does, as far as the DAGs ask for it: nearest neighbours by the standard library alone.

Training rows are CSV with the class first; `k` and `sample_size` are hyperparameters, and the accuracy on the channel
`test`, or `train` without one, is printed. An answer is JSON, {"predictions": [{"predicted_label": 1.0}]}.
"""

import csv
import http.server
import json
import math
import os
import pathlib
import sys
from collections import Counter
from typing import Any

BASE = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
MODEL = BASE / "model" / "rows.json"
Row = list[float]


def rows(text: str) -> list[Row]:
    """The rows of a CSV text without a header."""
    return [[float(cell) for cell in row] for row in csv.reader(text.splitlines()) if row]


def channel(name: str) -> list[Row]:
    """The rows of a channel; none where the job has no such channel."""
    files = sorted((BASE / "input" / "data" / name).glob("*"))
    return [row for file in files for row in rows(file.read_text("utf-8"))]


def label(features: Row, known: list[Row], *, k: int) -> float:
    """The class that most of the nearest rows have."""
    nearest = sorted(known, key=lambda row: math.dist(row[1:], features))[:k]
    return Counter(row[0] for row in nearest).most_common(1)[0][0]


def train() -> None:
    """Keep the rows and tell how well they predict."""
    parameters = json.loads((BASE / "input" / "config" / "hyperparameters.json").read_text("utf-8"))
    k, known = int(parameters["k"]), channel("train")
    seen = channel("test") or known
    right = sum(label(row[1:], known, k=k) == row[0] for row in seen)
    sys.stdout.write(f"#quality_metric: host=algo-1, test accuracy <score>={right / len(seen)}\n")
    MODEL.write_text(json.dumps({"k": k, "rows": known}), "utf-8")


class Predictor(http.server.BaseHTTPRequestHandler):
    """Answers /ping and /invocations."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Healthy as soon as it answers."""
        self.answer(b"")

    def do_POST(self) -> None:
        """A class for each row."""
        model: dict[str, Any] = json.loads(MODEL.read_text("utf-8"))
        asked = rows(self.rfile.read(int(self.headers["Content-Length"])).decode())
        labels = [label(row, model["rows"], k=model["k"]) for row in asked]
        self.answer(json.dumps({"predictions": [{"predicted_label": value} for value in labels]}).encode())

    def answer(self, body: bytes) -> None:
        """200 with this body."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve() -> None:
    """Serve until somebody ends it."""
    address = ("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"]))
    http.server.ThreadingHTTPServer(address, Predictor).serve_forever()


def split() -> None:
    """A processing job: the first rows to train on, the others without their class."""
    folder = BASE / "processing"
    lines = (folder / "input" / "input.csv").read_text("utf-8").splitlines()[1:]
    cut = len(lines) * 7 // 10
    (folder / "output" / "train.csv").write_text("\n".join(lines[:cut]) + "\n", "utf-8")
    features = [line.split(",", 1)[1] for line in lines[cut:]]
    (folder / "output" / "test.csv").write_text("\n".join(features) + "\n", "utf-8")


if __name__ == "__main__":
    {"train": train, "serve": serve, "split": split}[sys.argv[1]]()
