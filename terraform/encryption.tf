# One key for the platform, and one a project: a project's jobs can use their own key only.
resource "aws_kms_key" "platform" {
  description             = "Modelway: bucket, logs, topics, secrets and Airflow"
  enable_key_rotation     = true
  deletion_window_in_days = var.allow_destroy ? 7 : 30
  policy                  = data.aws_iam_policy_document.platform_key.json
}

resource "aws_kms_alias" "platform" {
  name          = "alias/modelway"
  target_key_id = aws_kms_key.platform.key_id
}

resource "aws_kms_key" "project" {
  for_each = var.projects

  description             = "Modelway: what jobs of ${each.key} write, and its images"
  enable_key_rotation     = true
  deletion_window_in_days = var.allow_destroy ? 7 : 30
  policy                  = data.aws_iam_policy_document.project_key.json
  tags                    = { project = each.key }
}

resource "aws_kms_alias" "project" {
  for_each = var.projects

  name          = "alias/modelway-${each.key}"
  target_key_id = aws_kms_key.project[each.key].key_id
}

data "aws_iam_policy_document" "project_key" {
  #checkov:skip=CKV_AWS_109:a key's policy: "*" is this key, and the account's policies say who may use it
  #checkov:skip=CKV_AWS_111:as above
  #checkov:skip=CKV_AWS_356:as above
  statement {
    sid = "TheAccountsPoliciesDecide"
    # All actions: AWS's own default policy, without which a key could become one that nobody can change.
    actions = ["kms:*"]
    # In a key's policy, "*" is this key.
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }
}

data "aws_iam_policy_document" "platform_key" {
  source_policy_documents = [data.aws_iam_policy_document.project_key.json]

  statement {
    sid = "LogGroupsOfThisAccount"
    # A data key with its plain text and without; from and to this key.
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    # In a key's policy, "*" is this key.
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.${local.dns}"]
    }
    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["${local.logs_arn}:*"] # any group
    }
  }

  statement {
    sid     = "AlarmsToAnEncryptedTopic"
    actions = ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
    # In a key's policy, "*" is this key.
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.${local.dns}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}
