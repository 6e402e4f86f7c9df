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

run "with_nat_there_is_one_way_out" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.out) == 1 && length(aws_internet_gateway.out) == 1 && length(aws_route.nat) == 2
    error_message = "Both zones go out through one NAT gateway."
  }
  assert {
    condition     = length(aws_vpc_endpoint.service) == 0 && length(aws_lambda_function.relay) == 0
    error_message = "Endpoints that are paid by the hour, and the relay, are for isolated networks."
  }
  assert {
    condition     = keys(aws_subnet.private) == ["eu-west-1a", "eu-west-1b"]
    error_message = "MWAA wants two private subnets, of two zones."
  }
}

run "isolated_has_no_way_out_and_a_relay_to_slack" {
  command = plan
  variables {
    egress = "isolated"
  }
  assert {
    condition     = length(aws_nat_gateway.out) + length(aws_internet_gateway.out) + length(aws_route.nat) + length(aws_route.internet) + length(aws_eip.nat) + length(aws_subnet.public) == 0
    error_message = "There is no way to the internet."
  }
  assert {
    condition     = length(aws_vpc_security_group_egress_rule.internet) == 0
    error_message = "No group lets anything out to the internet."
  }
  assert {
    condition = length(setsubtract(
      [for name in ["airflow.api", "airflow.env", "airflow.ops", "sqs", "ecr.api", "ecr.dkr", "logs", "monitoring", "kms", "secretsmanager", "sts", "sns", "sagemaker.api", "sagemaker.runtime"] : "com.amazonaws.eu-west-1.${name}"],
      [for endpoint in aws_vpc_endpoint.service : endpoint.service_name],
    )) == 0
    error_message = "What Airflow and the DAGs call has an endpoint."
  }
  assert {
    condition     = aws_lambda_function.relay["relay"].function_name == "modelway-slack-relay" && length(aws_lambda_function.relay["relay"].vpc_config) == 0
    error_message = "The relay stands outside of the VPC."
  }
  assert {
    condition     = jsondecode(aws_sns_topic_subscription.slack["demo"].filter_policy) == { channel = ["slack"] } && jsondecode(aws_sns_topic_subscription.mail["demo team@example.com"].filter_policy) == { channel = ["email"] }
    error_message = "A card goes to Slack, and a mail to people."
  }
  assert {
    condition     = local.airflow_options["modelway.slack"] == "topic"
    error_message = "Airflow publishes Slack's cards."
  }
}
