"""Pages of what the local AWS holds, for a person with a browser: where the AWS console is, in the cloud."""
