"""How fast Modelway is, against the same work done without it; a measurement, never a test."""
