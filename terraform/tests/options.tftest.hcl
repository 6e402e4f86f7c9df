# The provider is the real one, without an account: policies and names are then what AWS would get, not what a mock makes up.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  default_tags {
    tags = { environment = "dev", owner = "ml-platform@example.com", managed-by = "modelway" }
  }
}

override_data {
  target = data.aws_caller_identity.deployer
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_availability_zones.usable
  values = { names = ["eu-west-1c", "eu-west-1a", "eu-west-1b"] }
}

variables {
  archives    = "tests/archives"
  environment = "dev"
  region      = "eu-west-1"
  owner       = "ml-platform@example.com"
  gitlab      = { url = "https://gitlab.example.com", project_path = "platform/ml-ops" }
  projects = {
    churn = {
      models     = ["eu", "us"]
      emails     = ["churn@example.com"]
      budget_usd = 100
      slots      = 4
      data_sources = {
        warehouse = { bucket = "exports-of-sales", prefix = "churn/", account = "210987654321", kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/0a" }
      }
    }
    demo = { models = ["breast-cancer"], emails = ["team@example.com"], budget_usd = 50, slots = 4 }
  }
}

run "what_is_asked_for_is_made_and_no_more" {
  command = plan
  variables {
    web_server_cidrs = ["10.8.0.0/16"]
    bastion          = true
    network          = { nat_per_zone = true }
    log_days         = 30
    alarm_emails     = ["on-call@example.com"]
    log_destination  = { arn = "arn:aws:logs:eu-west-1:210987654321:destination:central" }
    wavefront        = { account = "210987654321", external_id = "ours-alone" }
    metric_stream    = { url = "https://metrics.example.com/v1", secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:vendor-abcdef" }
    airflow_people   = { admin = ["arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Platform_0123456789abcdef"] }
    gitlab = {
      url               = "https://gitlab.example.com"
      project_path      = "platform/ml-ops"
      runs_project_path = "platform/ml-ops-runs"
      long_lived_user   = true
    }
    projects = { two-words = { models = ["m"], emails = ["team@example.com"], budget_usd = 1, slots = 1 } }
  }
  assert {
    condition     = aws_secretsmanager_secret.webhook["two-words"].name == "airflow/connections/modelway_slack_two_words"
    error_message = "names.slack_connection writes _ for -, and so does the secret's name."
  }
  assert {
    condition = alltrue([
      for group in concat(
        values(aws_cloudwatch_log_group.airflow), values(aws_cloudwatch_log_group.function), values(aws_cloudwatch_log_group.job),
        values(aws_cloudwatch_log_group.endpoint), [aws_cloudwatch_log_group.flow],
      ) : group.retention_in_days == 30
    ])
    error_message = "Each log group has an end."
  }
  assert {
    condition     = toset([for group in aws_cloudwatch_log_group.airflow : group.name]) == toset([for part in ["DAGProcessing", "Scheduler", "Task", "WebServer", "Worker"] : "airflow-modelway-dev-${part}"])
    error_message = "MWAA finds its groups under these names, and would make them without an end."
  }
  assert {
    condition     = strcontains(data.aws_iam_policy_document.gitlab_trust["image"].json, "project_path:platform/ml-ops-runs:ref_type:branch:ref:main") && strcontains(data.aws_iam_policy_document.gitlab_trust["trigger"].json, "ml-ops-runs")
    error_message = "The thin project builds and trains."
  }
  assert {
    condition     = !anytrue([for job in ["production", "infrastructure", "plan"] : strcontains(data.aws_iam_policy_document.gitlab_trust[job].json, "ml-ops-runs")])
    error_message = "The thin project does nothing else."
  }
  assert {
    condition     = aws_iam_user.gitlab["modelway-gitlab"].name == "modelway-gitlab" && toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.gitlab_user.json).Statement : statement.Action])) == toset(["sts:AssumeRole"])
    error_message = "It may do nothing itself."
  }
  assert {
    condition     = strcontains(data.aws_iam_policy_document.gitlab_trust["production"].json, "user/modelway-gitlab") && !strcontains(data.aws_iam_policy_document.gitlab_trust["infrastructure"].json, "user/modelway-gitlab")
    error_message = "It may not take the role that applies."
  }
  assert {
    condition     = [for role in aws_iam_role.airflow : role.name] == ["modelway-airflow-admin"]
    error_message = "A role that nobody may assume is not made."
  }
  assert {
    condition     = strcontains(data.aws_iam_policy_document.sign_in["admin"].json, "arn:aws:airflow:eu-west-1:123456789012:role/modelway-dev/Admin")
    error_message = "It signs in to this environment, as Admin."
  }
  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.web_server : "${rule.cidr_ipv4} ${rule.from_port}-${rule.to_port}"] == ["10.8.0.0/16 443-443"]
    error_message = "The VPN opens Airflow's pages, and nothing else."
  }
  assert {
    condition     = aws_mwaa_environment.airflow.webserver_access_mode == "PRIVATE_ONLY"
    error_message = "Airflow's address is private unless it is said otherwise."
  }
  assert {
    condition     = length(aws_nat_gateway.out) == 2
    error_message = "A zone that fails takes no other along."
  }
  override_data {
    target = data.aws_ssm_parameter.linux
    values = { value = "ami-0123456789abcdef0" }
  }
  assert {
    condition     = aws_instance.bastion["bastion"].metadata_options[0].http_tokens == "required" && !aws_instance.bastion["bastion"].associate_public_ip_address
    error_message = "The bastion has no public address and no old metadata."
  }
  assert {
    condition     = length(aws_cloudwatch_log_subscription_filter.forwarded) == 8
    error_message = "Airflow's, the functions' and the jobs' logs are forwarded."
  }
  assert {
    condition     = strcontains(data.aws_iam_policy_document.wavefront_trust["wavefront"].json, "ours-alone")
    error_message = "Wavefront has to tell our external id."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_stream.vendor) == 1 && length(aws_kinesis_firehose_delivery_stream.vendor) == 1
    error_message = "Metrics flow to the vendor."
  }
  assert {
    condition     = toset(keys(aws_sns_topic_subscription.alarms)) == toset(["ml-platform@example.com", "on-call@example.com"])
    error_message = "The owner is told, and who is on call."
  }
  assert {
    condition     = length(setsubtract(["failed-runs", "trigger-errors", "trigger-throttled", "trigger-slow", "airflow-stands-still", "airflow-queue"], keys(aws_cloudwatch_metric_alarm.platform))) == 0
    error_message = "Failed runs, the function and Airflow are watched."
  }
  assert {
    condition = alltrue([
      for title in ["processor and memory (%)", "requests a minute", "latency of the model (µs)", "errors"] :
      strcontains(aws_cloudwatch_dashboard.project["two-words"].dashboard_body, title)
    ])
    error_message = "A project's page shows its endpoints."
  }
}
