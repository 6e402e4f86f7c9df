"""A local AWS on one port: moto behind a front that runs for real what moto only records."""
