# Each project's jobs and endpoints run under the project's own role, with the project's own key: what model code does,
# it does as its project.
locals {
  sources = merge([
    for project, it in var.projects : {
      for name, source in it.data_sources : "${project}/${name}" => merge(source, {
        project    = project
        bucket_arn = "arn:${local.partition}:s3:::${source.bucket}"
      })
    }
  ]...)
  source_keys     = distinct(compact([for source in local.sources : source.kms_key_arn]))
  keys_of_sources = { for project, it in var.projects : project => distinct(compact([for source in it.data_sources : source.kms_key_arn])) }
}

resource "aws_iam_role" "sagemaker" {
  for_each = var.projects

  name                 = "modelway-sagemaker-${each.key}"
  description          = "Jobs and endpoints of ${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.sagemaker_trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { project = each.key }
}

resource "aws_iam_role_policy" "sagemaker" {
  for_each = var.projects

  name   = "project"
  role   = aws_iam_role.sagemaker[each.key].id
  policy = data.aws_iam_policy_document.sagemaker[each.key].json
}

resource "aws_iam_role_policy" "sagemaker_keys" {
  for_each = var.projects

  name   = "keys"
  role   = aws_iam_role.sagemaker[each.key].id
  policy = data.aws_iam_policy_document.sagemaker_keys[each.key].json
}

resource "aws_sagemaker_model_package_group" "model" {
  for_each = local.models

  model_package_group_name        = each.value.sagemaker
  model_package_group_description = "Versions of ${each.key}"
  tags                            = { project = each.value.project, model = each.value.model }
}

# SageMaker would make the groups itself and keep logs for ever.
resource "aws_cloudwatch_log_group" "job" {
  for_each = toset(["TrainingJobs", "ProcessingJobs"])

  name              = "/aws/sagemaker/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.platform.arn
}

resource "aws_cloudwatch_log_group" "endpoint" {
  for_each = local.models

  name              = "/aws/sagemaker/Endpoints/${each.value.sagemaker}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.platform.arn
  tags              = { project = each.value.project, model = each.value.model }
}

data "aws_iam_policy_document" "sagemaker_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["sagemaker.${local.dns}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "sagemaker" {
  for_each = var.projects

  statement {
    sid       = "ReadTheProjectsOwn"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/models/${each.key}/*"] # everything of the project
  }
  statement {
    sid     = "WriteWhatJobsMake"
    actions = ["s3:AbortMultipartUpload", "s3:PutObject"]
    # Of any of the project's models, and neither releases nor reservations: those are for CI to write.
    resources = ["${local.bucket_arn}/models/${each.key}/*/trained/*"]
  }
  statement {
    sid       = "ListTheProjectsOwn"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["models/${each.key}/*"] # everything of the project
    }
  }
  statement {
    sid       = "PullTheProjectsImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:${local.partition}:ecr:${var.region}:${local.account}:repository/${each.key}/*"] # each of its models
  }
  statement {
    sid     = "LogIntoTheRegistry"
    actions = ["ecr:GetAuthorizationToken"]
    # ECR's token is for the whole registry; what may be pulled with it is said above.
    resources = ["*"]
  }
  statement {
    sid     = "OpenLogs"
    actions = ["logs:CreateLogGroup", "logs:DescribeLogStreams"]
    # The groups of jobs are everybody's, whose streams are told apart below; an endpoint's is the project's own.
    resources = [
      "${local.logs_arn}:/aws/sagemaker/TrainingJobs:*", "${local.logs_arn}:/aws/sagemaker/ProcessingJobs:*",
      "${local.logs_arn}:/aws/sagemaker/Endpoints/${each.key}--*",
    ]
  }
  statement {
    sid     = "WriteLogs"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    # A job's streams begin with its name, and its name with the project's and two hyphens.
    resources = [
      "${local.logs_arn}:/aws/sagemaker/TrainingJobs:log-stream:${each.key}--*",
      "${local.logs_arn}:/aws/sagemaker/ProcessingJobs:log-stream:${each.key}--*",
      "${local.logs_arn}:/aws/sagemaker/Endpoints/${each.key}--*:log-stream:*",
    ]
  }
  statement {
    sid     = "TellMetrics"
    actions = ["cloudwatch:PutMetricData"]
    # CloudWatch knows no resource for it, but namespaces.
    resources = ["*"]
    condition {
      test     = "StringLike"
      variable = "cloudwatch:namespace"
      values   = ["/aws/sagemaker/*", "Modelway/${each.key}"] # SageMaker's own kinds, and the project's
    }
  }

  dynamic "statement" {
    for_each = { for name, source in local.sources : name => source if source.project == each.key }
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
  dynamic "statement" {
    for_each = { for name, source in local.sources : name => source if source.project == each.key }
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
}

data "aws_iam_policy_document" "sagemaker_keys" {
  for_each = var.projects

  statement {
    sid       = "TheProjectsKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
    resources = [aws_kms_key.project[each.key].arn]
  }
  statement {
    sid       = "LetSageMakerUseIt"
    actions   = ["kms:CreateGrant"]
    resources = [aws_kms_key.project[each.key].arn]
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
  statement {
    sid       = "ReadWhatThePlatformsKeyEncrypts"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.platform.arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.${local.dns}"]
    }
  }
  dynamic "statement" {
    for_each = length(local.keys_of_sources[each.key]) > 0 ? ["sources"] : []
    content {
      sid       = "ItsDataElsewhere"
      actions   = ["kms:Decrypt"]
      resources = local.keys_of_sources[each.key]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${var.region}.${local.dns}"]
      }
    }
  }
}
