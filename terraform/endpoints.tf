# The ways to AWS inside of the VPC. S3's costs nothing and is always there; the others, paid by the hour and zone, only
# where there is no other way. A service of AWS that a DAG needs and that is not named here is out of its reach there.
locals {
  services = toset(concat(
    ["airflow.api", "airflow.env", "airflow.ops", "ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "sagemaker.api"],
    ["sagemaker.runtime", "secretsmanager", "sns", "sqs", "sts"],
    var.bastion ? ["ec2messages", "ssm", "ssmmessages"] : [],
  ))

  # What only roles of ours call. MWAA's own machines call the others too, as an account of AWS.
  ours = ["sagemaker.api", "sagemaker.runtime", "secretsmanager", "sns", "sts"]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.platform.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for zone in local.zones : aws_route_table.private[zone].id]
  tags              = { Name = "${local.mwaa} s3" }
}

resource "aws_vpc_endpoint" "service" {
  for_each = local.isolated ? local.services : []

  vpc_id              = aws_vpc.platform.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for zone in local.zones : aws_subnet.private[zone].id]
  security_group_ids  = [aws_security_group.endpoints.id]
  policy              = contains(local.ours, each.key) ? data.aws_iam_policy_document.endpoint.json : null
  tags                = { Name = "${local.mwaa} ${each.key}" }
}

# Only for principals of this account: brought-in credentials of another one carry nothing out.
data "aws_iam_policy_document" "endpoint" {
  #checkov:skip=CKV_AWS_1:an endpoint's policy gives nobody anything; it ends what principals' own policies give
  #checkov:skip=CKV_AWS_49:as above
  #checkov:skip=CKV_AWS_356:as above
  statement {
    # All actions on everything of everybody in this account: what each may do is said by their own policies.
    actions   = ["*"]
    resources = ["*"] # as above
    # As above; the condition says which account.
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [local.account]
    }
  }
}
