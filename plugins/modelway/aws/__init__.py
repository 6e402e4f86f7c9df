"""Hands on AWS: one service a file, boto3 clients passed in."""
