# Where egress is isolated, Airflow cannot reach Slack: it publishes the card, and this function, outside of the VPC,
# takes it there. It can read nothing but the addresses.
locals {
  relays = local.isolated ? toset(["relay"]) : toset([])
}

resource "aws_lambda_function" "relay" {
  #checkov:skip=CKV_AWS_117:its purpose is to stand outside of the VPC, which has no way out
  #checkov:skip=CKV_AWS_272:its code is a file of this repository, reviewed where it is merged, and applied by one role
  for_each = local.relays

  function_name                  = local.relay
  description                    = "Takes a project's cards from its topic to Slack"
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = "python3.12"
  handler                        = "slack_relay.handler"
  filename                       = "${var.archives}/slack_relay.zip"
  source_code_hash               = filebase64sha256("${var.archives}/slack_relay.zip")
  memory_size                    = 128
  timeout                        = 60
  reserved_concurrent_executions = var.function_concurrency == -1 ? -1 : min(var.function_concurrency, 5)
  kms_key_arn                    = aws_kms_key.platform.arn

  environment {
    variables = {
      SECRET_PREFIX = "airflow/connections/modelway_slack_"
    }
  }
  dead_letter_config {
    target_arn = aws_sqs_queue.undelivered[each.key].arn
  }
  tracing_config {
    mode = "Active"
  }

  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function, aws_iam_role_policy.function_keys, aws_iam_role_policy.relay]
}

# What Slack did not take after Lambda's own two repetitions, for two weeks.
resource "aws_sqs_queue" "undelivered" {
  for_each = local.relays

  name                      = "modelway-slack-undelivered"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.platform.arn
}

resource "aws_lambda_permission" "topic" {
  for_each = local.isolated ? var.projects : {}

  statement_id  = "topic-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.relay["relay"].function_name
  principal     = "sns.${local.dns}"
  source_arn    = aws_sns_topic.project[each.key].arn
}

resource "aws_sns_topic_subscription" "slack" {
  for_each = local.isolated ? var.projects : {}

  topic_arn     = aws_sns_topic.project[each.key].arn
  protocol      = "lambda"
  endpoint      = aws_lambda_function.relay["relay"].arn
  filter_policy = jsonencode({ channel = ["slack"] })
  depends_on    = [aws_lambda_permission.topic]
}

resource "aws_iam_role_policy" "relay" {
  for_each = local.relays

  name   = "relay"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.relay.json
}

data "aws_iam_policy_document" "relay" {
  statement {
    sid     = "ReadSlacksAddresses"
    actions = ["secretsmanager:GetSecretValue"]
    # Any project's; AWS ends a secret's ARN with six characters of its own.
    resources = ["${local.secret_arn}:airflow/connections/modelway_slack_*"]
  }
  statement {
    sid       = "KeepWhatSlackDidNotTake"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:${local.partition}:sqs:${var.region}:${local.account}:modelway-slack-undelivered"]
  }
}
