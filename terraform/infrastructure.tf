# Who applies this root from GitLab could give any role any right, and so itself. Therefore it makes and changes only roles
# whose rights end at the boundary below, and neither the boundary, nor GitLab's roles, nor what they trust. The first
# apply, and each change of those, is a person's with rights on IAM.
resource "aws_iam_policy" "boundary" {
  name        = "modelway-boundary"
  description = "The most that any role of Modelway's may ever do"
  policy      = data.aws_iam_policy_document.boundary.json
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid = "WhatModelwayUses"
    # Whole services: a boundary gives nothing, it ends what a role's own policy gives.
    actions = [
      "airflow:*", "cloudwatch:*", "ec2:*", "ec2messages:*", "ecr:*", "firehose:*", "kms:*", "lambda:*", "logs:*", "s3:*",
      "sagemaker:*", "secretsmanager:*", "sns:*", "sqs:*", "ssm:*", "ssmmessages:*", "tag:GetResources", "xray:*",
    ]
    # On everything: data sources are in other accounts.
    resources = ["*"]
  }
  statement {
    sid       = "GiveSageMakerAProjectsRole"
    actions   = ["iam:PassRole"]
    resources = ["${local.role_arn}/modelway-sagemaker-*"] # any project's
  }
  statement {
    sid       = "TakeAJobsRole"
    actions   = ["sts:AssumeRole"]
    resources = [for job in ["image", "trigger", "production"] : "${local.role_arn}/modelway-gitlab-${job}"]
  }
  statement {
    sid     = "LookBeforeApplying"
    actions = ["budgets:ViewBudget", "budgets:ListTagsForResource", "iam:Get*", "iam:List*"] # reading, of the plan's role
    # Reading, and nothing of it is secret.
    resources = ["*"]
  }
}

locals {
  # Every policy that terraform's own two roles have.
  terraform_policies = {
    plan           = { plan = data.aws_iam_policy_document.look.json, state = data.aws_iam_policy_document.look_at_state.json }
    infrastructure = { infrastructure = data.aws_iam_policy_document.apply.json, identity = data.aws_iam_policy_document.apply_identity.json }
  }
}

resource "aws_iam_role_policy" "terraform" {
  for_each = merge([for role, policies in local.terraform_policies : { for name, json in policies : "${role}/${name}" => { role = role, name = name, json = json } }]...)

  name   = each.value.name
  role   = aws_iam_role.gitlab[each.value.role].id
  policy = each.value.json
}

# `terraform plan` of a merge request: a branch that nobody has reviewed. It learns how everything is set up, and reads
# neither data, nor secrets, nor models.
data "aws_iam_policy_document" "look" {
  #checkov:skip=CKV_AWS_356:a plan looks at what does not exist yet, under names that it is about to find wrong; reading only
  statement {
    sid = "HowThingsAreSetUp"
    actions = [
      # "Describe*", "Get*" and "List*" only where they give settings; a service with contents is spelled out.
      "airflow:GetEnvironment", "budgets:ListTagsForResource", "budgets:ViewBudget",
      "cloudwatch:Describe*", "cloudwatch:GetDashboard", "cloudwatch:GetMetricStream", "cloudwatch:ListTagsForResource",
      "ec2:Describe*", "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:ListTagsForResource", "firehose:Describe*",
      "firehose:ListTagsForDeliveryStream", "iam:Get*", "iam:List*", "kms:DescribeKey", "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListResourceTags", "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionEventInvokeConfig",
      "lambda:GetPolicy", "lambda:ListVersionsByFunction", "logs:DescribeLogGroups", "logs:DescribeMetricFilters",
      "logs:DescribeSubscriptionFilters", "logs:ListTagsForResource", "s3:GetAccelerateConfiguration", "s3:GetBucket*",
      "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket",
      "sagemaker:DescribeModelPackageGroup", "sagemaker:ListTags", "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy", "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes",
      "sns:ListTagsForResource", "sqs:GetQueueAttributes", "sqs:ListQueueTags",
    ]
    # On everything: what a plan would make does not exist yet, and most of these know no resource.
    resources = ["*"]
  }
  statement {
    sid       = "TheBastionsImage"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${local.partition}:ssm:${var.region}::parameter/aws/service/*"] # what AWS publishes
  }
  statement {
    sid       = "WhatAirflowReads"
    actions   = ["s3:GetObject", "s3:GetObjectTagging"]
    resources = ["${local.bucket_arn}/airflow/*"] # DAGs, plugins.zip, requirements.txt
  }
  statement {
    sid       = "TheirKey"
    actions   = ["kms:Decrypt"]
    resources = ["arn:${local.partition}:kms:${var.region}:${local.account}:key/*"] # of this alias, and only through S3
    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = ["alias/modelway"]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.${local.dns}"]
    }
  }
}

# `terraform plan -lock=false`: a merge request's plan neither waits for others nor holds them up.
data "aws_iam_policy_document" "look_at_state" {
  statement {
    sid       = "TheState"
    actions   = ["s3:GetObject"]
    resources = ["arn:${local.partition}:s3:::*/modelway/${var.environment}.tfstate"] # in whichever bucket its owner chose
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "apply" {
  statement {
    sid = "WhatThisRootMakes"
    # Whole services: Terraform creates, reads, changes, tags and deletes each kind of thing in them.
    actions = [
      "airflow:*", "budgets:*", "cloudwatch:*", "ec2:*", "ecr:*", "firehose:*", "kms:*", "lambda:*", "logs:*", "s3:*",
      "secretsmanager:*", "sns:*", "sqs:*", "ssm:GetParameter",
      "sagemaker:AddTags", "sagemaker:CreateModelPackageGroup", "sagemaker:DeleteModelPackageGroup", "sagemaker:DeleteTags",
      "sagemaker:DescribeModelPackageGroup", "sagemaker:ListTags",
    ]
    # On everything in the account, which is Modelway's own.
    resources = ["*"]
    condition {
      test     = "StringEqualsIfExists"
      variable = "aws:ResourceAccount"
      values   = [local.account]
    }
  }
  statement {
    sid       = "PrivateNamesOfEndpoints"
    actions   = ["route53:AssociateVPCWithHostedZone"]
    resources = ["arn:${local.partition}:route53:::hostedzone/*"] # each endpoint's zone, which is AWS's own
  }
}

data "aws_iam_policy_document" "apply_identity" {
  statement {
    sid       = "Look"
    actions   = ["iam:Get*", "iam:List*"] # all reading, and nothing of it is secret
    resources = ["*"]                     # a list has no resource
  }
  statement {
    sid = "MakeRolesBelowTheBoundary"
    actions = [
      "iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
    ]
    resources = ["${local.role_arn}/modelway-*"] # this root's roles
    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary_arn]
    }
  }
  statement {
    sid = "ChangeWhatGivesNoRight"
    actions = [
      "iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole",
      "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile", "iam:TagRole", "iam:UntagInstanceProfile",
      "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
    ]
    # This root's roles and profiles.
    resources = ["${local.role_arn}/modelway-*", "arn:${local.partition}:iam::${local.account}:instance-profile/modelway-*"]
  }
  statement {
    sid       = "GiveThemToServices"
    actions   = ["iam:PassRole"]
    resources = ["${local.role_arn}/modelway-*"] # this root's roles, all of which end at the boundary
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values = [for service in ["airflow", "airflow-env", "ec2", "firehose", "lambda", "streams.metrics.cloudwatch", "vpc-flow-logs"] :
      "${service}.${local.dns}"]
    }
  }
  statement {
    sid       = "MakeTheRolesOfAwsItself"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.role_arn}/aws-service-role/*"] # AWS writes their rights
    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["airflow.${local.dns}"]
    }
  }
  statement {
    sid    = "NeverWhoMayComeIn"
    effect = "Deny"
    actions = [
      "iam:AddClientIDToOpenIDConnectProvider", "iam:AttachRolePolicy", "iam:CreateOpenIDConnectProvider", "iam:CreatePolicyVersion",
      "iam:CreateRole", "iam:DeleteOpenIDConnectProvider", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy",
      "iam:RemoveClientIDFromOpenIDConnectProvider", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
      "iam:UpdateOpenIDConnectProviderThumbprint",
    ]
    # GitLab's roles, this one among them, what they trust, and the boundary.
    resources = ["${local.role_arn}/modelway-gitlab-*", local.gitlab_provider, local.boundary_arn]
  }
  statement {
    sid       = "NeverOutOfTheFence"
    effect    = "Deny"
    actions   = ["iam:DeleteRolePermissionsBoundary"]
    resources = ["*"] # of any role
  }
}
