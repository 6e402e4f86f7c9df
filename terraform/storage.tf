resource "aws_s3_bucket" "platform" {
  bucket        = local.bucket
  force_destroy = var.allow_destroy
}

resource "aws_s3_bucket_versioning" "platform" {
  bucket = aws_s3_bucket.platform.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "platform" {
  bucket = aws_s3_bucket.platform.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.platform.arn
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "bucket" {
  for_each = local.buckets

  bucket = each.value
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = local.buckets

  bucket                  = each.value
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_logging" "platform" {
  bucket        = aws_s3_bucket.platform.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "access/"
  depends_on    = [aws_s3_bucket_policy.logs] # S3 asks whether it may deliver there
}

# AWS takes no second change of a bucket's policy while it makes the first of its public access block.
resource "aws_s3_bucket_policy" "platform" {
  bucket     = aws_s3_bucket.platform.id
  policy     = data.aws_iam_policy_document.platform_bucket.json
  depends_on = [aws_s3_bucket_public_access_block.bucket]
}

resource "aws_s3_bucket_policy" "logs" {
  bucket     = aws_s3_bucket.logs.id
  policy     = data.aws_iam_policy_document.logs_bucket.json
  depends_on = [aws_s3_bucket_public_access_block.bucket]
}

# Who read and wrote what in the platform's bucket.
resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV_AWS_18:these are the access logs; logging their own writing would never end
  #checkov:skip=CKV_AWS_145:S3's log delivery writes only to buckets with SSE-S3
  bucket        = local.logs_bucket
  force_destroy = var.allow_destroy
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

locals {
  buckets = { platform = aws_s3_bucket.platform.id, logs = aws_s3_bucket.logs.id }

  # What says which version is whose must outlive everything else: no rule expires it, and nobody deletes it.
  forever = ["reservations", "sources", "releases"]
}

data "aws_iam_policy_document" "encrypted_way" {
  for_each = { platform = local.bucket_arn, logs = local.logs_bucket_arn }

  statement {
    sid    = "OnlyByTls"
    effect = "Deny"
    # All actions of everybody: what is not encrypted on its way is refused, whatever it is.
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"] # the bucket, and each object
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

data "aws_iam_policy_document" "platform_bucket" {
  source_policy_documents = [data.aws_iam_policy_document.encrypted_way["platform"].json]

  dynamic "statement" {
    for_each = var.allow_destroy ? [] : ["kept"]
    content {
      sid     = "VersionsAreNeverForgotten"
      effect  = "Deny"
      actions = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      # Any project and model: their names have no slash.
      resources = [for folder in local.forever : "${local.bucket_arn}/models/*/*/${folder}/*"]
      # Everybody, the account's administrators included.
      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}

data "aws_iam_policy_document" "logs_bucket" {
  source_policy_documents = [data.aws_iam_policy_document.encrypted_way["logs"].json]

  statement {
    sid       = "AccessLogsOfThePlatformsBucket"
    actions   = ["s3:PutObject"]
    resources = ["${local.logs_bucket_arn}/access/*"] # each delivery has a name of its own
    principals {
      type        = "Service"
      identifiers = ["logging.s3.${local.dns}"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.bucket_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}
