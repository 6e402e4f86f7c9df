# What DAGs may do. One role serves all projects, since MWAA has one role: what keeps projects apart are the roles that
# SageMaker's jobs run under (sagemaker.tf), which this role can only pass on.
resource "aws_iam_role" "mwaa" {
  name                 = "modelway-mwaa"
  description          = "Airflow's own: runs the DAGs"
  assume_role_policy   = data.aws_iam_policy_document.mwaa_trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
}

data "aws_iam_policy_document" "mwaa_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["airflow.${local.dns}", "airflow-env.${local.dns}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role_policy" "mwaa" {
  for_each = {
    environment = data.aws_iam_policy_document.mwaa_environment.json
    dags        = data.aws_iam_policy_document.mwaa_dags.json
  }

  name   = each.key
  role   = aws_iam_role.mwaa.id
  policy = each.value
}

resource "aws_iam_role_policy" "mwaa_keys" {
  name   = "keys"
  role   = aws_iam_role.mwaa.id
  policy = data.aws_iam_policy_document.mwaa_keys.json
}

# What MWAA asks of every execution role (docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html).
data "aws_iam_policy_document" "mwaa_environment" {
  statement {
    sid       = "TellItsHealth"
    actions   = ["airflow:PublishMetrics"]
    resources = [local.mwaa_arn]
  }
  statement {
    sid     = "ReadDagsAndPlugins"
    actions = ["s3:GetObject", "s3:GetObjectVersion"]
    # Everything below the environment's own folder.
    resources = ["${local.bucket_arn}/airflow/*"]
  }
  statement {
    sid       = "LookAtItsBucket"
    actions   = ["s3:GetBucketLocation", "s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration", "s3:ListBucket"]
    resources = [local.bucket_arn]
  }
  statement {
    sid     = "LookAtTheAccountAndTellMetrics"
    actions = ["s3:GetAccountPublicAccessBlock", "logs:DescribeLogGroups", "cloudwatch:PutMetricData"]
    # AWS knows no resource for these three; metrics could be kept to a namespace, but MWAA writes into several.
    resources = ["*"]
  }
  statement {
    sid = "WriteAndReadItsLogs"
    actions = [
      "logs:CreateLogGroup", "logs:CreateLogStream", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetLogRecord",
      "logs:GetQueryResults", "logs:PutLogEvents",
    ]
    # The environment's five groups, with any stream: there is one for each task and try.
    resources = ["${local.logs_arn}:airflow-${local.mwaa}-*"]
  }
  statement {
    sid = "SendTasksToWorkers"
    actions = [
      "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]
    # The queue between scheduler and workers is in an account of AWS, under a name that nobody is told.
    resources = ["arn:${local.partition}:sqs:${var.region}:*:airflow-celery-*"]
  }
}

data "aws_iam_policy_document" "mwaa_dags" {
  statement {
    sid       = "ReadReleasesAndWhatJobsWrote"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/models/*"] # any project: one role runs all DAGs
  }
  statement {
    sid       = "TellWhatARunCameTo"
    actions   = ["s3:PutObject"]
    resources = ["${local.bucket_arn}/runs/*"] # each run has a folder
  }
  # The smoke test asks the endpoint for a few of the rows that a model is tested with, wherever they lie.
  dynamic "statement" {
    for_each = local.sources
    content {
      sid       = "FindSource${substr(sha256(statement.key), 0, 8)}" # a sid takes no hyphens
      actions   = ["s3:ListBucket"]
      resources = [statement.value.bucket_arn]
      condition {
        test     = "StringEquals"
        variable = "aws:ResourceAccount"
        values   = [statement.value.account]
      }
      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["${statement.value.prefix}*"] # everything below the prefix
      }
    }
  }
  dynamic "statement" {
    for_each = local.sources
    content {
      sid       = "ReadSource${substr(sha256(statement.key), 0, 8)}" # a sid takes no hyphens
      actions   = ["s3:GetObject"]
      resources = ["${statement.value.bucket_arn}/${statement.value.prefix}*"] # everything below the prefix
      condition {
        test     = "StringEquals"
        variable = "aws:ResourceAccount"
        values   = [statement.value.account]
      }
    }
  }
  statement {
    sid = "JobsModelsAndEndpoints"
    actions = [
      "sagemaker:AddTags", "sagemaker:CreateEndpoint", "sagemaker:CreateEndpointConfig", "sagemaker:CreateModel",
      "sagemaker:CreateModelPackage", "sagemaker:CreateModelPackageGroup", "sagemaker:CreateProcessingJob",
      "sagemaker:CreateTrainingJob", "sagemaker:DeleteEndpoint", "sagemaker:DescribeEndpoint",
      "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel", "sagemaker:DescribeModelPackage",
      "sagemaker:DescribeProcessingJob", "sagemaker:DescribeTrainingJob", "sagemaker:InvokeEndpoint",
      "sagemaker:StopProcessingJob", "sagemaker:StopTrainingJob", "sagemaker:UpdateEndpoint",
    ]
    # Any project's, of the names that Modelway gives: project and model are joined by two hyphens.
    resources = [
      for kind in ["endpoint", "endpoint-config", "model", "model-package", "model-package-group", "processing-job", "training-job"] :
      "${local.sagemaker_arn}:${kind}/*--*"
    ]
  }
  statement {
    sid = "SeeWhatHasEnded"
    actions = [
      "sagemaker:ListEndpoints", "sagemaker:ListHyperParameterTuningJobs", "sagemaker:ListProcessingJobs",
      "sagemaker:ListTrainingJobs", "sagemaker:ListTransformJobs",
    ]
    # AWS knows no resource for lists: who may list jobs lists all of the account's, by name, state and times.
    resources = ["*"]
  }
  statement {
    sid = "StopWhatNobodyWaitsFor"
    actions = [
      "sagemaker:DescribeHyperParameterTuningJob", "sagemaker:DescribeTransformJob", "sagemaker:ListTags",
      "sagemaker:StopHyperParameterTuningJob", "sagemaker:StopTransformJob",
    ]
    # Any project's, as above: whose a job is stands in its tags.
    resources = [
      for kind in ["endpoint", "hyper-parameter-tuning-job", "processing-job", "training-job", "transform-job"] :
      "${local.sagemaker_arn}:${kind}/*--*"
    ]
  }
  statement {
    sid     = "ListVersions"
    actions = ["sagemaker:ListModelPackages"]
    # Any project's: which version to look for is what the list tells.
    resources = ["${local.sagemaker_arn}:model-package/*", "${local.sagemaker_arn}:model-package-group/*"]
  }
  statement {
    sid       = "GiveJobsTheirProjectsRole"
    actions   = ["iam:PassRole"]
    resources = ["${local.role_arn}/modelway-sagemaker-*"] # any project's
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.${local.dns}"]
    }
  }
  statement {
    sid       = "SeeThatTheImageIsTheApprovedOne"
    actions   = ["ecr:BatchGetImage"]
    resources = ["arn:${local.partition}:ecr:${var.region}:${local.account}:repository/*/*"] # any project's models
  }
  statement {
    sid     = "QuoteTheLogsOfJobsAndEndpoints"
    actions = ["logs:DescribeLogStreams", "logs:GetLogEvents"]
    # SageMaker's groups, with any stream: there is one for each job and host.
    resources = ["${local.logs_arn}:/aws/sagemaker/*"]
  }
  statement {
    sid       = "Announce"
    actions   = ["sns:Publish"]
    resources = ["arn:${local.partition}:sns:${var.region}:${local.account}:modelway-*"] # any project's
  }
  statement {
    sid     = "ReadSlacksAddresses"
    actions = ["secretsmanager:GetSecretValue"]
    # Any project's; AWS ends a secret's ARN with six characters of its own.
    resources = ["${local.secret_arn}:airflow/connections/modelway_slack_*"]
  }
  statement {
    sid       = "NoteOnARunWhatItCameTo"
    actions   = ["airflow:InvokeRestApi"]
    resources = ["${local.airflow_role_arn}/User"]
  }
}

data "aws_iam_policy_document" "mwaa_keys" {
  statement {
    sid       = "ThePlatformsObjectsSecretsAndMessages"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
    resources = [aws_kms_key.platform.arn]
  }
  dynamic "statement" {
    for_each = length(var.projects) > 0 ? ["projects"] : []
    content {
      sid       = "WhatAProjectsJobsWrote"
      actions   = ["kms:Decrypt", "kms:DescribeKey"]
      resources = [for key in aws_kms_key.project : key.arn]
    }
  }
  dynamic "statement" {
    for_each = length(local.source_keys) > 0 ? ["sources"] : []
    content {
      sid       = "AProjectsDataElsewhere"
      actions   = ["kms:Decrypt"]
      resources = local.source_keys
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${var.region}.${local.dns}"]
      }
    }
  }
}
