# One topic a project: its people subscribe by mail. Where there is no way out of the VPC, Slack's cards take it too.
resource "aws_sns_topic" "project" {
  for_each = var.projects

  name              = "modelway-${each.key}"
  display_name      = "Modelway ${each.key}"
  kms_master_key_id = aws_kms_key.platform.arn
  tags              = { project = each.key }
}

resource "aws_sns_topic_policy" "project" {
  for_each = var.projects

  arn    = aws_sns_topic.project[each.key].arn
  policy = data.aws_iam_policy_document.topic[each.key].json
  # SNS refuses a principal that is not there.
  depends_on = [aws_iam_role.mwaa]
}

data "aws_iam_policy_document" "topic" {
  for_each = var.projects

  statement {
    sid       = "AirflowAnnounces"
    actions   = ["sns:Publish"]
    resources = [local.topic_arns[each.key]]
    principals {
      type        = "AWS"
      identifiers = ["${local.role_arn}/modelway-mwaa"]
    }
  }
  statement {
    sid       = "OnlyByTls"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local.topic_arns[each.key]]
    # Everybody.
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

# Each address has to confirm once. Until it has, AWS keeps the subscription and sends nothing.
resource "aws_sns_topic_subscription" "mail" {
  for_each = merge([
    for project, it in var.projects : { for email in it.emails : "${project} ${email}" => { project = project, email = email } }
  ]...)

  topic_arn     = aws_sns_topic.project[each.value.project].arn
  protocol      = "email"
  endpoint      = each.value.email
  filter_policy = jsonencode({ channel = ["email"] })
}

# The address that Slack gave, as an Airflow connection. Its value is put in by a person: it would stand in the state.
#   aws secretsmanager put-secret-value --secret-id airflow/connections/modelway_slack_… \
#     --secret-string '{"conn_type": "slackwebhook", "password": "https://hooks.slack.com/services/…"}'
resource "aws_secretsmanager_secret" "webhook" {
  #checkov:skip=CKV2_AWS_57:Slack's addresses are given by a person and cannot be renewed by a function
  for_each = var.projects

  name                    = local.webhook_secrets[each.key]
  description             = "Slack's incoming webhook of ${each.key}, as an Airflow connection"
  kms_key_id              = aws_kms_key.platform.arn
  recovery_window_in_days = var.allow_destroy ? 0 : 30
  tags                    = { project = each.key }
}
