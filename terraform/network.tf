data "aws_availability_zones" "usable" {
  #checkov:skip=CKV_AWS_394:sorted, and the first two are taken: a zone that AWS adds gets a later letter
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  # MWAA wants exactly two.
  zones = slice(sort(data.aws_availability_zones.usable.names), 0, 2)

  # By zone, so that a zone's subnets and routes are found by its name.
  zone_numbers = { for number, zone in local.zones : zone => number }
  public_zones = local.isolated ? {} : local.zone_numbers
  nat_zones    = local.isolated ? {} : { for zone, number in local.zone_numbers : zone => number if var.network.nat_per_zone || number == 0 }
}

resource "aws_vpc" "platform" {
  cidr_block           = var.network.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = local.mwaa }
}

# AWS makes it and attaches it to what names no group. Here it lets nothing through.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.platform.id
  tags   = { Name = "${local.mwaa} closed" }
}

resource "aws_subnet" "private" {
  for_each = local.zone_numbers

  vpc_id            = aws_vpc.platform.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.network.cidr, 2, each.value)
  tags              = { Name = "${local.mwaa} private ${each.key}" }
}

resource "aws_route_table" "private" {
  for_each = local.zone_numbers

  vpc_id = aws_vpc.platform.id
  tags   = { Name = "${local.mwaa} private ${each.key}" }
}

resource "aws_route_table_association" "private" {
  for_each = local.zone_numbers

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

# Who spoke to whom in the VPC.
resource "aws_flow_log" "platform" {
  vpc_id                   = aws_vpc.platform.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  max_aggregation_interval = 600
  tags                     = { Name = local.mwaa }
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/modelway/flow"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.platform.arn
}

resource "aws_iam_role" "flow" {
  name                 = "modelway-flow-logs"
  assume_role_policy   = data.aws_iam_policy_document.flow_trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "flow" {
  name   = "write"
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.flow.json
}

data "aws_iam_policy_document" "flow_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.${local.dns}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "flow" {
  statement {
    sid     = "WriteFlows"
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    # Any stream of this one group: there is one for each network interface.
    resources = ["${local.logs_arn}:/modelway/flow:*"]
  }
}
