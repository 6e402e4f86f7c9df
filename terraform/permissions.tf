# What each of GitLab's jobs may do: what `python -m ci …` calls, and nothing else. tests/terraform/evidence.py compares.
# Who lists is told that an object is not there; others are refused it. A question for an object carries no `s3:prefix`,
# hence `IfExists`.
resource "aws_iam_role_policy" "gitlab" {
  for_each = {
    image      = data.aws_iam_policy_document.image.json
    trigger    = data.aws_iam_policy_document.training.json
    production = data.aws_iam_policy_document.production.json
  }

  name   = "job"
  role   = aws_iam_role.gitlab[each.key].id
  policy = each.value
}

resource "aws_iam_role_policy" "gitlab_keys" {
  for_each = {
    image      = data.aws_iam_policy_document.writers_key.json
    trigger    = data.aws_iam_policy_document.readers_key.json
    production = data.aws_iam_policy_document.every_key.json
  }

  name   = "keys"
  role   = aws_iam_role.gitlab[each.key].id
  policy = each.value
}

# `ci version`, `lock`, `image`, `publish`
data "aws_iam_policy_document" "image" {
  statement {
    sid     = "TakeAVersionAndReleaseIt"
    actions = ["s3:GetObject", "s3:PutObject"]
    # Any project and model. No right to delete: what is written there stays.
    resources = [for folder in local.forever : "${local.bucket_arn}/models/*/*/${folder}/*"]
  }
  statement {
    sid       = "StoreLayersAndLocks"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${local.bucket_arn}/images/*"] # each layer has its digest for a name
  }
  statement {
    sid       = "SeeWhichVersionsAreTaken"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["models/*", "images/*"] # any project's
    }
  }
  statement {
    sid = "PushAndFindImages"
    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeRepositories",
      "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:ListImages", "ecr:PutImage", "ecr:UploadLayerPart",
    ]
    resources = ["arn:${local.partition}:ecr:${var.region}:${local.account}:repository/*/*"] # any project's models
  }
  statement {
    sid     = "LogIntoTheRegistry"
    actions = ["ecr:GetAuthorizationToken"]
    # ECR's token is for the whole registry; what may be pushed with it is said above.
    resources = ["*"]
  }
}

# `ci trigger train`, `ci retrain`
data "aws_iam_policy_document" "training" {
  statement {
    sid       = "StartRuns"
    actions   = ["lambda:InvokeFunction"]
    resources = [local.trigger_arn]
  }
  statement {
    sid       = "ReadWhatARunCameTo"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/runs/*"] # each run has a folder
  }
  statement {
    sid       = "TellARunWithoutResult"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["runs/*"] # each run has a folder
    }
  }
  statement {
    sid     = "ListVersions"
    actions = ["sagemaker:ListModelPackages"]
    # Any project's: which version to look for is what the list tells.
    resources = ["${local.sagemaker_arn}:model-package/*", "${local.sagemaker_arn}:model-package-group/*"]
  }
  statement {
    sid       = "ReadVersions"
    actions   = ["sagemaker:DescribeModelPackage"]
    resources = ["${local.sagemaker_arn}:model-package/*--*"] # any project's: project and model are joined by two hyphens
  }
}

# `ci approve`, `ci trigger deploy`, `ci bundle`
data "aws_iam_policy_document" "production" {
  source_policy_documents = [data.aws_iam_policy_document.training.json]

  statement {
    sid       = "Approve"
    actions   = ["sagemaker:UpdateModelPackage"]
    resources = ["${local.sagemaker_arn}:model-package/*--*"] # any project's: project and model are joined by two hyphens
  }
  statement {
    sid     = "SeeWhatIsApproved"
    actions = ["s3:GetObject"]
    # Who pushed it, and the artifact itself, of any project's model.
    resources = ["${local.bucket_arn}/models/*/*/releases/*", "${local.bucket_arn}/models/*/*/trained/*"]
  }
  statement {
    sid       = "SeeThatTheImageIsTheTrainedOne"
    actions   = ["ecr:BatchGetImage"]
    resources = ["arn:${local.partition}:ecr:${var.region}:${local.account}:repository/*/*"] # any project's models
  }
  statement {
    sid       = "ShipTheBundle"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${local.bucket_arn}/airflow/*"] # Airflow's own folder
  }
  statement {
    sid       = "RemoveADagThatIsGone"
    actions   = ["s3:DeleteObject"]
    resources = ["${local.bucket_arn}/airflow/dags/*"] # any DAG's file
  }
  statement {
    sid       = "FindDagsAndReleases"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["airflow/*", "models/*"] # any DAG's file, any project's release
    }
  }
}

data "aws_iam_policy_document" "readers_key" {
  statement {
    sid       = "ReadTheBucketsObjects"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.platform.arn]
  }
}

data "aws_iam_policy_document" "writers_key" {
  source_policy_documents = [data.aws_iam_policy_document.readers_key.json]

  statement {
    sid       = "WriteTheBucketsObjects"
    actions   = ["kms:GenerateDataKey"]
    resources = [aws_kms_key.platform.arn]
  }
}

data "aws_iam_policy_document" "every_key" {
  source_policy_documents = [data.aws_iam_policy_document.writers_key.json]

  dynamic "statement" {
    for_each = length(var.projects) > 0 ? ["projects"] : []
    content {
      sid       = "TheArtifactThatIsApproved"
      actions   = ["kms:Decrypt"]
      resources = [for key in aws_kms_key.project : key.arn]
    }
  }
}
