"""MWAA: environments as records, and the one local Airflow behind whichever there is.

boto3 has to be told not to put `env.` and `api.` before the host: AWS_DISABLE_HOST_PREFIX_INJECTION=true.
"""
