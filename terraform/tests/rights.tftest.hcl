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

run "everybody_may_do_their_own_and_nothing_else" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["demo"].json).Statement :
      alltrue([for resource in flatten([statement.Resource]) : !strcontains(resource, "churn") && !strcontains(resource, "exports-of-sales")])
    ])
    error_message = "Nothing of churn's is named in what demo's jobs may do."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["demo"].json).Statement : alltrue([
        for resource in flatten([statement.Resource]) :
        startswith(resource, "arn:aws:s3:::modelway-dev-123456789012/models/demo/")
      ]) if anytrue([for action in flatten([statement.Action]) : contains(["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], action)])
    ])
    error_message = "Objects are read and written below models/demo/ only."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["demo"].json).Statement :
      statement.Condition.StringLike["s3:prefix"] == "models/demo/*" if contains(flatten([statement.Action]), "s3:ListBucket")
    ])
    error_message = "The bucket is listed below models/demo/ only."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["demo"].json).Statement :
      alltrue([for resource in flatten([statement.Resource]) : resource == "arn:aws:ecr:eu-west-1:123456789012:repository/demo/*"]) if contains(flatten([statement.Action]), "ecr:BatchGetImage")
    ])
    error_message = "Images are pulled from demo/* only."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["demo"].json).Statement :
      alltrue([for resource in flatten([statement.Resource]) : startswith(resource, "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/") && strcontains(resource, "demo--")])
      if contains(flatten([statement.Action]), "logs:PutLogEvents")
    ])
    error_message = "Logs are written below /aws/sagemaker/ only, and only demo's own."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["demo"].json).Statement : contains([
        "ecr:GetAuthorizationToken", "cloudwatch:PutMetricData",
      ], join(",", flatten([statement.Action]))) if contains(flatten([statement.Resource]), "*")
    ])
    error_message = "What AWS knows no resource for is all that is allowed on everything."
  }
  assert {
    condition = toset([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["churn"].json).Statement :
      statement.Condition.StringEquals["aws:ResourceAccount"] if strcontains(jsonencode(statement.Resource), "exports-of-sales")
    ]) == toset(["210987654321"])
    error_message = "A bucket of that name in another account is not the one that was meant."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.sagemaker["churn"].json).Statement :
      flatten([statement.Resource]) == ["arn:aws:s3:::exports-of-sales/churn/*"] && flatten([statement.Action]) == ["s3:GetObject"]
    ])
    error_message = "It is read below its prefix, and not written."
  }
  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.mwaa_dags.json).Statement :
      [flatten([statement.Resource]), statement.Condition.StringEquals["iam:PassedToService"]] if contains(flatten([statement.Action]), "iam:PassRole")
    ] == [[["arn:aws:iam::123456789012:role/modelway-sagemaker-*"], "sagemaker.amazonaws.com"]]
    error_message = "A DAG gives no role to anything but SageMaker."
  }
  assert {
    condition     = !strcontains(data.aws_iam_policy_document.image.json, "Delete") && !strcontains(data.aws_iam_policy_document.image.json, "sagemaker:") && !strcontains(data.aws_iam_policy_document.image.json, "lambda:")
    error_message = "Who builds neither deletes, nor trains, nor approves."
  }
  assert {
    condition     = !strcontains(data.aws_iam_policy_document.training.json, "s3:PutObject") && !strcontains(data.aws_iam_policy_document.training.json, "UpdateModelPackage")
    error_message = "Who trains neither writes nor approves."
  }
  assert {
    condition     = strcontains(data.aws_iam_policy_document.production.json, "sagemaker:UpdateModelPackage") && !strcontains(data.aws_iam_policy_document.production.json, "ecr:PutImage")
    error_message = "Who approves makes no image."
  }
  assert {
    condition = alltrue([for job in ["image", "trigger", "production", "infrastructure"] : alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.gitlab_trust[job].json).Statement :
      statement.Condition.StringEquals["gitlab.example.com:sub"] == "project_path:platform/ml-ops:ref_type:branch:ref:main"
    ])])
    error_message = "Jobs that change something are ml-ops' own, on its protected branch."
  }
  assert {
    condition = [
      for statement in jsondecode(data.aws_iam_policy_document.gitlab_trust["plan"].json).Statement : statement.Condition.StringLike["gitlab.example.com:sub"]
    ] == ["project_path:platform/ml-ops:ref_type:branch:ref:*"]
    error_message = "A merge request's plan is of any branch, and of no other project."
  }
  assert {
    condition     = length(toset([for job in ["image", "production", "infrastructure", "plan"] : local.jobs[job].audience])) == 4
    error_message = "A token of a model's job opens neither production's role, nor the plan's, nor the one that applies."
  }
  assert {
    condition     = alltrue([for word in ["s3:PutObject", "secretsmanager:GetSecretValue", "sagemaker:Create", "iam:Create", "iam:Put"] : !strcontains(data.aws_iam_policy_document.look.json, word)])
    error_message = "A plan reads, and nothing secret."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.apply_identity.json).Statement :
      statement.Condition.StringEquals["iam:PermissionsBoundary"] == "arn:aws:iam::123456789012:policy/modelway-boundary"
      if statement.Effect == "Allow" && length(setintersection(["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"], flatten([statement.Action]))) > 0
    ])
    error_message = "Roles are made below the boundary only."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(data.aws_iam_policy_document.apply_identity.json).Statement :
      statement.Effect == "Deny" && contains(flatten([statement.Action]), "iam:PutRolePolicy") && contains(flatten([statement.Resource]), "arn:aws:iam::123456789012:role/modelway-gitlab-*")
    ])
    error_message = "GitLab's own roles are a person's to change."
  }
  assert {
    condition     = !strcontains(data.aws_iam_policy_document.apply.json, "iam:")
    error_message = "All of IAM is told in one policy."
  }
  assert {
    condition     = length(aws_iam_user.gitlab) == 0 && !strcontains(data.aws_iam_policy_document.gitlab_trust["image"].json, "user/modelway-gitlab")
    error_message = "There is no user."
  }
}
