# The door between GitLab and Airflow: in the VPC, since a private web server answers nobody else.
resource "aws_lambda_function" "trigger" {
  #checkov:skip=CKV_AWS_116:it is called synchronously; its caller sees each failure, and no event is left over
  #checkov:skip=CKV_AWS_272:its code is a file of this repository, reviewed where it is merged, and applied by one role
  function_name    = local.trigger
  description      = "Starts a DAG's run, once for each trigger, and tells what became of it"
  role             = aws_iam_role.function["trigger"].arn
  runtime          = "python3.12"
  handler          = "trigger_dag.handler"
  filename         = "${var.archives}/trigger_dag.zip"
  source_code_hash = filebase64sha256("${var.archives}/trigger_dag.zip")
  memory_size      = 256
  # Below what `python -m ci trigger` waits for an answer (120 s): a lost answer must not become a second call.
  timeout                        = 60
  reserved_concurrent_executions = var.function_concurrency
  kms_key_arn                    = aws_kms_key.platform.arn

  environment {
    variables = {
      MWAA_ENVIRONMENT = local.mwaa
      ALLOWED_DAGS     = join(",", local.allowed_dag)
    }
  }
  vpc_config {
    subnet_ids         = [for zone in local.zones : aws_subnet.private[zone].id]
    security_group_ids = [aws_security_group.functions.id]
  }
  tracing_config {
    mode = "Active"
  }

  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function, aws_iam_role_policy.function_keys, aws_iam_role_policy.trigger]
}

# An event is the caller's to send again: what AWS repeats by itself would come when nobody waits any more.
resource "aws_lambda_function_event_invoke_config" "trigger" {
  function_name                = aws_lambda_function.trigger.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}

locals {
  functions = merge({ trigger = local.trigger }, local.isolated ? { relay = local.relay } : {})
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${each.value}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.platform.arn
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name                 = each.value
  description          = "The function ${each.value}"
  assume_role_policy   = data.aws_iam_policy_document.function_trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name   = "function"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.function[each.key].json
}

resource "aws_iam_role_policy" "function_keys" {
  for_each = local.functions

  name   = "keys"
  role   = aws_iam_role.function[each.key].id
  policy = data.aws_iam_policy_document.function_keys[each.key].json
}

resource "aws_iam_role_policy" "trigger" {
  name   = "trigger"
  role   = aws_iam_role.function["trigger"].id
  policy = data.aws_iam_policy_document.trigger.json
}

data "aws_iam_policy_document" "function_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.${local.dns}"]
    }
  }
}

# What each function needs: its own log, and traces.
data "aws_iam_policy_document" "function" {
  for_each = local.functions

  statement {
    sid       = "WriteItsLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.logs_arn}:/aws/lambda/${each.value}:*"] # any stream: each machine has one
  }
  statement {
    sid     = "LeaveTraces"
    actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    # X-Ray knows no resource for them.
    resources = ["*"]
  }
}

# Settings come encrypted, and so does what the relay leaves in its queue.
data "aws_iam_policy_document" "function_keys" {
  for_each = local.functions

  statement {
    sid       = "ReadItsSettings"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.platform.arn]
  }
  dynamic "statement" {
    for_each = each.key == "relay" ? ["queue"] : []
    content {
      sid       = "EncryptWhatIsKept"
      actions   = ["kms:GenerateDataKey"]
      resources = [aws_kms_key.platform.arn]
    }
  }
}

data "aws_iam_policy_document" "trigger" {
  #checkov:skip=CKV_AWS_111:Lambda asks for these rights on everything; the last statement keeps them from the function's code
  statement {
    sid       = "LookTheEnvironmentUp"
    actions   = ["airflow:GetEnvironment"]
    resources = [local.mwaa_arn]
  }
  statement {
    sid     = "StartAndReadRuns"
    actions = ["airflow:InvokeRestApi"]
    # The least of Airflow's own roles that may start a run.
    resources = ["${local.airflow_role_arn}/User"]
  }
  statement {
    sid = "StandInTheVpc"
    actions = [
      "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
    ]
    # What Lambda asks of a function's role in a VPC: it looks whether "*" is allowed before it makes the function.
    resources = ["*"]
  }
  statement {
    sid    = "ButNotByItsOwnCode"
    effect = "Deny"
    actions = [
      "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
    ]
    # Network interfaces are Lambda's to make with this role, never the code's (docs.aws.amazon.com/lambda, "Foundation VPC").
    resources = ["*"]
    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local.trigger_arn]
    }
  }
}
