"""Runs container images: an engine pulls an image from ECR and starts it the way SageMaker does."""

from local.engine.by_image import EngineByImage
from local.engine.contract import Engine, Image, ImageError, Process, Run
from local.engine.process_engine import ProcessEngine

__all__ = ["Engine", "EngineByImage", "Image", "ImageError", "Process", "ProcessEngine", "Run"]
