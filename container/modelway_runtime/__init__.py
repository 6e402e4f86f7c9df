"""What runs inside every model image: training, serving and evaluation as SageMaker asks for them."""
