# Logs and metrics for who watches elsewhere. Nothing of it is made unless it is asked for.
locals {
  forwarded = var.log_destination == null ? {} : merge(
    { for name, group in aws_cloudwatch_log_group.airflow : "airflow-${lower(name)}" => group.name },
    { for name, group in aws_cloudwatch_log_group.function : "function-${name}" => group.name },
    { for name, group in aws_cloudwatch_log_group.job : "sagemaker-${lower(name)}" => group.name },
  )
  streams = toset(var.metric_stream == null ? [] : ["metrics"])
  # What Modelway's dashboards show, and nothing else of the account.
  namespaces = ["/aws/sagemaker/Endpoints", "AWS/Lambda", "AWS/MWAA", "AWS/SageMaker", "AmazonMWAA", "Modelway"]
}

resource "aws_cloudwatch_log_subscription_filter" "forwarded" {
  for_each = local.forwarded

  name            = "modelway-forwarding"
  log_group_name  = each.value
  filter_pattern  = "" # everything
  destination_arn = var.log_destination.arn
  role_arn        = var.log_destination.role_arn
}

# Wavefront fetches metrics by a role of ours, with the external id that it shows to us alone.
resource "aws_iam_role" "wavefront" {
  for_each = toset(var.wavefront == null ? [] : ["wavefront"])

  name                 = "modelway-wavefront"
  description          = "VMware Wavefront's CloudWatch integration"
  assume_role_policy   = data.aws_iam_policy_document.wavefront_trust[each.key].json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "wavefront" {
  for_each = aws_iam_role.wavefront

  name   = "read-metrics"
  role   = each.value.id
  policy = data.aws_iam_policy_document.wavefront.json
}

data "aws_iam_policy_document" "wavefront_trust" {
  for_each = toset(var.wavefront == null ? [] : ["wavefront"])

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${var.wavefront.account}:root"]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.wavefront.external_id]
    }
  }
}

data "aws_iam_policy_document" "wavefront" {
  statement {
    sid     = "ReadMetrics"
    actions = ["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics", "tag:GetResources"]
    # CloudWatch knows no resource for reading metrics.
    resources = ["*"]
  }
}

resource "aws_cloudwatch_metric_stream" "vendor" {
  for_each = local.streams

  name          = "modelway-metrics"
  role_arn      = aws_iam_role.streaming["metrics"].arn
  firehose_arn  = aws_kinesis_firehose_delivery_stream.vendor[each.key].arn
  output_format = "opentelemetry1.0"

  dynamic "include_filter" {
    for_each = local.namespaces
    content {
      namespace = include_filter.value
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "vendor" {
  for_each = local.streams

  name        = "modelway-metrics"
  destination = "http_endpoint"

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = aws_kms_key.platform.arn
  }
  http_endpoint_configuration {
    name           = "vendor"
    url            = var.metric_stream.url
    role_arn       = aws_iam_role.streaming["delivery"].arn
    s3_backup_mode = "FailedDataOnly"

    secrets_manager_configuration {
      enabled    = true
      secret_arn = var.metric_stream.secret_arn
      role_arn   = aws_iam_role.streaming["delivery"].arn
    }
    s3_configuration {
      bucket_arn         = aws_s3_bucket.logs.arn
      prefix             = "metrics/"
      compression_format = "GZIP"
      role_arn           = aws_iam_role.streaming["delivery"].arn
    }
  }
}

locals {
  streaming_roles = var.metric_stream == null ? {} : {
    metrics  = { service = "streams.metrics.cloudwatch", policy = data.aws_iam_policy_document.into_firehose.json }
    delivery = { service = "firehose", policy = data.aws_iam_policy_document.deliver.json }
  }
}

resource "aws_iam_role" "streaming" {
  for_each = local.streaming_roles

  name                 = "modelway-stream-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.streaming_trust[each.key].json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "streaming" {
  for_each = local.streaming_roles

  name   = "stream"
  role   = aws_iam_role.streaming[each.key].id
  policy = each.value.policy
}

data "aws_iam_policy_document" "streaming_trust" {
  for_each = { metrics = "streams.metrics.cloudwatch", delivery = "firehose" }

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.value}.${local.dns}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "into_firehose" {
  statement {
    sid       = "SendMetrics"
    actions   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
    resources = ["arn:${local.partition}:firehose:${var.region}:${local.account}:deliverystream/modelway-metrics"]
  }
}

data "aws_iam_policy_document" "deliver" {
  statement {
    sid       = "ReadTheVendorsKey"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = compact([try(var.metric_stream.secret_arn, "")])
  }
  statement {
    sid       = "KeepWhatTheVendorDidNotTake"
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    resources = ["${local.logs_bucket_arn}/metrics/*"] # what the vendor did not take
  }
  statement {
    sid       = "FindTheBucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [local.logs_bucket_arn]
  }
  statement {
    sid       = "ThePlatformsKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.platform.arn]
  }
}
