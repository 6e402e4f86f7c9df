# As prod, and smaller: what goes to prod has been through here.
environment = "stage"
region      = "eu-west-1"
owner       = "ml-platform@example.com"
# account   = "…"   # the id of stage's account: then no other account's credentials are taken

gitlab = {
  url          = "https://gitlab.example.com"
  project_path = "platform/ml-ops"
}

projects = {}

requirements = "../build/requirements.txt" # of `python -m ci archive --wheels`: an isolated Airflow has no way to PyPI
egress       = "isolated"
mwaa         = { max_workers = 3 }
log_days     = 90
