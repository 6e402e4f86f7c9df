"""What the platform's way to a model's image by Docker costs."""
