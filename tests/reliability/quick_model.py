"""A model whose training takes as long as it is told, and whose evaluation is a constant."""

TRAIN = """
import json, os, pathlib, signal, sys, time

BASE = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
told = json.loads((BASE / "input/config/hyperparameters.json").read_text())
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
(BASE / "model/model.txt").write_text("constant")
print("working", flush=True)
time.sleep(float(told["seconds"]))
"""
EVALUATE = """
import json, os, pathlib

BASE = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
values = {name: {"value": 0.95} for name in ("f1", "recall", "auc")}
document = {"binary_classification_metrics": values}
(BASE / "processing/output/evaluation/evaluation.json").write_text(json.dumps(document))
"""
PROJECT, MODEL = "demo", "quick"


def specification(*, seconds: float) -> str:
    """model.toml of a version whose training takes so long."""
    return f"""
[model]
project = "{PROJECT}"
name = "{MODEL}"
owner = "team@example.com"
problem = "binary"

[train]
instances = {{ type = "ml.m5.large" }}
max_runtime = "10m"
hyperparameters = {{ seconds = {seconds} }}
inputs = {{ train = "data/train/" }}

[evaluate]
test = "data/test/"
target = "y"
metrics = [{{ name = "f1", goal = "maximize", limit = 0.9 }}]

[deploy]
instances = {{ type = "ml.m5.large" }}
"""
