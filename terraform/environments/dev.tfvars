# Where the platform itself is tried out. `python -m local up --terraform` applies this very file on one machine.
environment   = "dev"
region        = "eu-west-1"
owner         = "ml-platform@example.com"
allow_destroy = true

gitlab = {
  url          = "https://gitlab.example.com"
  project_path = "platform/ml-ops"
}

projects = {
  demo = {
    models     = ["breast-cancer"] # model_template
    emails     = ["team@example.com"]
    budget_usd = 50
    slots      = 4
  }
}

log_days = 14

instance_prices = { "ml.m5.large" = 0.128 } # eu-west-1; docs/costs/prices.csv
