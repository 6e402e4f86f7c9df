# GitLab's jobs get an hour's credentials for the token that GitLab signs for them: no key is stored anywhere.
# Which job gets which role is said by the variable AWS_ROLE_ARN, which whoever starts a pipeline can set. So roles that
# change AWS itself trust other audiences: what stands in a job's `id_tokens` on the protected branch cannot be set.
locals {
  gitlab_host     = trimprefix(var.gitlab.url, "https://")
  gitlab_provider = "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.gitlab_host}"
  # A pipeline of one project on one protected branch, as GitLab signs it (`sub`).
  subject = { for path in compact([var.gitlab.project_path, var.gitlab.runs_project_path]) : path => "project_path:${path}:ref_type:branch:ref:${var.gitlab.branch}" }
  ml_ops  = local.subject[var.gitlab.project_path]
  # Where models are built and trained: also in the thin project, which may not deploy.
  runs = values(local.subject)

  jobs = {
    image          = { audience = "sts.amazonaws.com", subjects = local.runs, words = "version, lock, image, publish" }
    trigger        = { audience = "sts.amazonaws.com", subjects = local.runs, words = "train, retrain" }
    production     = { audience = "modelway-production", subjects = [local.ml_ops], words = "approve, deploy, bundle" }
    infrastructure = { audience = "modelway-infrastructure", subjects = [local.ml_ops], words = "terraform apply" }
    # Any branch of ml-ops: a merge request is of a branch that is not protected yet. The role reads, and nothing secret.
    plan = { audience = "modelway-plan", subjects = ["project_path:${var.gitlab.project_path}:ref_type:branch:ref:*"], words = "terraform plan" }
  }
}

resource "aws_iam_openid_connect_provider" "gitlab" {
  url            = var.gitlab.url
  client_id_list = sort(distinct([for job in local.jobs : job.audience]))
}

resource "aws_iam_role" "gitlab" {
  for_each = local.jobs

  name                 = "modelway-gitlab-${each.key}"
  description          = "GitLab's jobs: ${each.value.words}"
  assume_role_policy   = data.aws_iam_policy_document.gitlab_trust[each.key].json
  max_session_duration = each.key == "infrastructure" ? 10800 : 3600 # making Airflow alone may take two hours
  # The one that makes roles is not below its own fence; what it may make is (infrastructure.tf).
  permissions_boundary = each.key == "infrastructure" ? null : aws_iam_policy.boundary.arn
  depends_on           = [aws_iam_openid_connect_provider.gitlab]
}

data "aws_iam_policy_document" "gitlab_trust" {
  for_each = local.jobs

  statement {
    sid     = "JobsOfGitLab"
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [local.gitlab_provider]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.gitlab_host}:aud"
      values   = [each.value.audience]
    }
    condition {
      test     = each.key == "plan" ? "StringLike" : "StringEquals"
      variable = "${local.gitlab_host}:sub"
      values   = each.value.subjects
    }
  }

  dynamic "statement" {
    for_each = var.gitlab.long_lived_user && contains(["image", "trigger", "production"], each.key) ? ["user"] : []
    content {
      sid     = "GitLabThatAwsCannotReach"
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
      }
      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = ["arn:${local.partition}:iam::${local.account}:user/modelway-gitlab"]
      }
    }
  }
}

# For a GitLab whose keys AWS cannot fetch. Its keys are made by a person (`aws iam create-access-key`), since they would
# stand in the state; they do not expire, and have to be changed by hand. By itself it may do nothing but take a role.
resource "aws_iam_user" "gitlab" {
  #checkov:skip=CKV_AWS_273:a machine's user, off unless it is asked for; people sign in by Identity Center
  for_each = toset(var.gitlab.long_lived_user ? ["modelway-gitlab"] : [])

  name                 = each.key
  force_destroy        = true
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_group" "gitlab" {
  for_each = aws_iam_user.gitlab

  name = each.key
}

resource "aws_iam_user_group_membership" "gitlab" {
  for_each = aws_iam_user.gitlab

  user   = each.value.name
  groups = [aws_iam_group.gitlab[each.key].name]
}

resource "aws_iam_group_policy" "gitlab" {
  for_each = aws_iam_group.gitlab

  name   = "take-a-jobs-role"
  group  = each.value.name
  policy = data.aws_iam_policy_document.gitlab_user.json
}

data "aws_iam_policy_document" "gitlab_user" {
  statement {
    sid       = "TakeAJobsRole"
    actions   = ["sts:AssumeRole"]
    resources = [for job in ["image", "trigger", "production"] : "${local.role_arn}/modelway-gitlab-${job}"]
  }
}
