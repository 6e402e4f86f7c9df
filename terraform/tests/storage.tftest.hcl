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

run "what_is_stored_is_kept_and_kept_private" {
  command = plan

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.model : repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push])
    error_message = "A version's image never changes, and is scanned."
  }
  assert {
    condition = alltrue(flatten([
      for policy in aws_ecr_lifecycle_policy.model : [for rule in jsondecode(policy.policy).rules : rule.selection.tagStatus == "untagged"]
    ]))
    error_message = "Only images without a tag expire: any version may be rolled back to."
  }
  assert {
    condition = alltrue(flatten([
      for rule in aws_s3_bucket_lifecycle_configuration.platform.rule : [
        for folder in ["reservations", "sources", "releases"] : !startswith("models/churn/eu/${folder}/00000001.json", rule.filter[0].prefix)
      ] if length(rule.expiration) + length(rule.noncurrent_version_expiration) + length(rule.transition) > 0
    ]))
    error_message = "No rule reaches the log of versions, which only grows."
  }
  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.platform.rule : length(rule.abort_incomplete_multipart_upload) == 1])
    error_message = "Uploads that were broken off are cleared away."
  }
  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.platform.rule : rule.filter[0].prefix == "models/demo/breast-cancer/trained/"])
    error_message = "Old versions of a registered model's files expire."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.platform_bucket.json).Statement :
      statement.Effect == "Deny" && contains(flatten([statement.Action]), "s3:DeleteObjectVersion") && contains(flatten([statement.Resource]), "arn:aws:s3:::modelway-dev-123456789012/models/*/*/reservations/*")
    ])
    error_message = "Nobody deletes a reservation, a source's entry or a release."
  }
  assert {
    condition     = aws_s3_bucket_versioning.platform.versioning_configuration[0].status == "Enabled"
    error_message = "MWAA and roll-backs need versions."
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.platform.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && one(aws_s3_bucket_server_side_encryption_configuration.platform.rule).bucket_key_enabled
    error_message = "The bucket is encrypted by the platform's key, with a bucket key."
  }
  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.bucket : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "No bucket is public."
  }
  assert {
    condition = alltrue([
      for policy in [data.aws_iam_policy_document.platform_bucket, data.aws_iam_policy_document.logs_bucket] :
      anytrue([for statement in jsondecode(policy.json).Statement : try(statement.Condition.Bool["aws:SecureTransport"], "") == "false" && statement.Effect == "Deny"])
    ])
    error_message = "Buckets are reached by TLS only."
  }
  assert {
    condition     = alltrue([for repository in aws_ecr_repository.model : repository.encryption_configuration[0].encryption_type == "KMS"])
    error_message = "Images are encrypted by their project's key."
  }
  assert {
    condition     = aws_kms_key.platform.enable_key_rotation && alltrue([for key in aws_kms_key.project : key.enable_key_rotation])
    error_message = "Keys are renewed every year."
  }
  assert {
    condition     = !aws_s3_bucket.platform.force_destroy && !aws_s3_bucket.logs.force_destroy && !anytrue([for repository in aws_ecr_repository.model : repository.force_delete])
    error_message = "A bucket or repository with something in it stops destroy."
  }
  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.webhook : secret.recovery_window_in_days == 30]) && aws_kms_key.platform.deletion_window_in_days == 30
    error_message = "Secrets and keys can be brought back for a month."
  }
}

run "destroy_leaves_nothing_where_it_is_allowed" {
  command = plan
  variables {
    allow_destroy = true
  }
  assert {
    condition     = aws_s3_bucket.platform.force_destroy && aws_s3_bucket.logs.force_destroy && alltrue([for repository in aws_ecr_repository.model : repository.force_delete])
    error_message = "Objects and images go too."
  }
  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.webhook : secret.recovery_window_in_days == 0])
    error_message = "A secret's name is free again."
  }
  assert {
    condition     = !strcontains(data.aws_iam_policy_document.platform_bucket.json, "s3:DeleteObject")
    error_message = "The bucket lets its objects be deleted."
  }
}
