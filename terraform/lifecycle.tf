# How long objects stay. Rules name prefixes, and none of them holds a model's reservations, sources or releases.
locals {
  # What is overwritten or deleted there is kept for a while; of images and runs nothing is ever overwritten.
  replaced = merge(
    { airflow = "airflow/" },
    merge([for name, it in local.models : {
      "${it.sagemaker}-data"    = "models/${name}/data/"
      "${it.sagemaker}-trained" = "models/${name}/trained/"
    }]...),
  )
}

resource "aws_s3_bucket_lifecycle_configuration" "platform" {
  bucket     = aws_s3_bucket.platform.id
  depends_on = [aws_s3_bucket_versioning.platform]

  rule {
    id     = "uploads-that-were-broken-off"
    status = "Enabled"
    # Everywhere: an upload that is not complete is no object yet.
    filter {
      prefix = ""
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "runs"
    status = "Enabled"
    filter {
      prefix = "runs/"
    }
    expiration {
      days = var.runs_days
    }
    noncurrent_version_expiration {
      noncurrent_days = var.old_version_days
    }
  }

  # A layer is read when a job or an endpoint starts, and may be needed as long as its version can be rolled back to.
  rule {
    id     = "images"
    status = "Enabled"
    filter {
      prefix = "images/sha256/"
    }
    transition {
      days          = 90
      storage_class = "STANDARD_IA"
    }
    noncurrent_version_expiration {
      noncurrent_days = var.old_version_days
    }
  }

  dynamic "rule" {
    for_each = local.replaced
    content {
      id     = "replaced-${rule.key}"
      status = "Enabled"
      filter {
        prefix = rule.value
      }
      noncurrent_version_expiration {
        noncurrent_days = var.old_version_days
      }
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket     = aws_s3_bucket.logs.id
  depends_on = [aws_s3_bucket_versioning.logs]

  rule {
    id     = "logs"
    status = "Enabled"
    filter {
      prefix = ""
    }
    expiration {
      days = max(var.log_days, 30)
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}
