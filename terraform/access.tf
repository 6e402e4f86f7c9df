# People's way to Airflow: the right to sign in as one of Airflow's roles, by AWS's own sign-in.
#   aws mwaa create-web-login-token --name modelway-dev     or the console's "Open Airflow UI", in that role
# A private web server is also to be reached: from web_server_cidrs (VPN, peering), or through the bastion:
#   aws ssm start-session --target $(terraform output -raw bastion) \
#     --document-name AWS-StartPortForwardingSessionToRemoteHost \
#     --parameters '{"host": ["HOST OF airflow_url"], "portNumber": ["443"], "localPortNumber": ["8443"]}'
locals {
  airflow_roles = { for name, role in {
    admin  = { airflow = "Admin", people = var.airflow_people.admin }
    op     = { airflow = "Op", people = var.airflow_people.op }
    viewer = { airflow = "Viewer", people = var.airflow_people.viewer }
  } : name => role if length(role.people) > 0 }
}

resource "aws_iam_role" "airflow" {
  for_each = local.airflow_roles

  name                 = "modelway-airflow-${each.key}"
  description          = "People who sign in to Airflow as ${each.value.airflow}"
  assume_role_policy   = data.aws_iam_policy_document.people_trust[each.key].json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "airflow" {
  for_each = local.airflow_roles

  name   = "sign-in"
  role   = aws_iam_role.airflow[each.key].id
  policy = data.aws_iam_policy_document.sign_in[each.key].json
}

data "aws_iam_policy_document" "people_trust" {
  for_each = local.airflow_roles

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = each.value.people
    }
  }
}

data "aws_iam_policy_document" "sign_in" {
  for_each = local.airflow_roles

  statement {
    sid       = "SignIn"
    actions   = ["airflow:CreateWebLoginToken"]
    resources = ["${local.airflow_role_arn}/${each.value.airflow}"]
  }
  statement {
    sid       = "FindTheAddress"
    actions   = ["airflow:GetEnvironment"]
    resources = [local.mwaa_arn]
  }
  statement {
    sid     = "FindTheEnvironment"
    actions = ["airflow:ListEnvironments"]
    # MWAA knows no resource for its list, from which the console leads to Airflow.
    resources = ["*"]
  }
}
