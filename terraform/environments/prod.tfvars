environment = "prod"
region      = "eu-west-1"
owner       = "ml-platform@example.com"
# account   = "…"   # the id of prod's account: then no other account's credentials are taken

gitlab = {
  url          = "https://gitlab.example.com"
  project_path = "platform/ml-ops"
}

projects = {}

requirements         = "../build/requirements.txt" # of `python -m ci archive --wheels`: an isolated Airflow has no way to PyPI
egress               = "isolated"
mwaa                 = { class = "mw1.medium", min_workers = 2, max_workers = 10, min_web_servers = 2, max_web_servers = 3 }
function_concurrency = 50
log_days             = 400
old_version_days     = 90
