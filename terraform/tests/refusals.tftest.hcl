# What is refused before AWS is asked anything. tests/terraform/test_rules.py breaks each rule and reads the words.
run "what_is_wrong_is_refused" {
  command = plan
  variables {
    archives             = "tests/archives"
    requirements         = "nowhere"
    environment          = "production"
    account              = "modelway"
    region               = "Ireland"
    owner                = "the platform team"
    projects             = { churn_eu = { models = [], emails = ["a@example.com"], budget_usd = 1, slots = 1 } }
    gitlab               = { url = "http://gitlab.example.com", project_path = "platform/ml-ops" }
    network              = { cidr = "10.42.0.0/24" }
    egress               = "proxy"
    web_server           = "open"
    web_server_cidrs     = ["0.0.0.0/0"]
    airflow_people       = { admin = ["*"] }
    mwaa                 = { class = "large" }
    function_concurrency = 0
    log_days             = 10
    runs_days            = 1
    old_version_days     = 0
    alarm_emails         = ["pager"]
    log_destination      = { arn = "https://logs.example.com" }
    wavefront            = { account = "210987654321", external_id = "" }
    metric_stream        = { url = "http://metrics.example.com", secret_arn = "k3y" }
  }
  expect_failures = [
    var.environment, var.account, var.region, var.owner, var.projects, var.gitlab, var.network, var.egress, var.web_server,
    var.web_server_cidrs, var.airflow_people, var.mwaa, var.function_concurrency, var.log_days, var.runs_days,
    var.requirements, var.old_version_days, var.alarm_emails, var.log_destination, var.wavefront, var.metric_stream,
  ]
}
