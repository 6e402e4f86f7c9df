# Who may open a connection to whom. Nothing is open to the internet.
resource "aws_security_group" "airflow" {
  name        = "modelway-airflow"
  description = "Airflow: its parts among each other, and their way to AWS"
  vpc_id      = aws_vpc.platform.id
  tags        = { Name = "${local.mwaa} airflow" }
}

resource "aws_security_group" "functions" {
  name        = "modelway-functions"
  description = "The trigger function: only its way to AWS"
  vpc_id      = aws_vpc.platform.id
  tags        = { Name = "${local.mwaa} functions" }
}

resource "aws_security_group" "endpoints" {
  name        = "modelway-endpoints"
  description = "The VPC endpoints of AWS services"
  vpc_id      = aws_vpc.platform.id
  tags        = { Name = "${local.mwaa} endpoints" }
}

locals {
  # Who speaks to AWS from within the VPC.
  callers = merge(
    { airflow = aws_security_group.airflow.id, functions = aws_security_group.functions.id },
    { for name, group in aws_security_group.bastion : name => group.id },
  )
  # Who opens a private web server, beside Airflow's own parts.
  browsers = { for cidr in var.web_server_cidrs : cidr => cidr if var.web_server == "private" }
}

# MWAA asks for all ports among its own parts.
resource "aws_vpc_security_group_ingress_rule" "airflow_itself" {
  security_group_id            = aws_security_group.airflow.id
  description                  = "Airflow's parts among each other"
  referenced_security_group_id = aws_security_group.airflow.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "airflow_itself" {
  security_group_id            = aws_security_group.airflow.id
  description                  = "Airflow's parts among each other"
  referenced_security_group_id = aws_security_group.airflow.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "web_server" {
  for_each = local.browsers

  security_group_id = aws_security_group.airflow.id
  description       = "Airflow's pages, from a network of ours"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "internet" {
  for_each = local.isolated ? {} : local.callers

  security_group_id = each.value
  description       = "AWS's and Slack's addresses, through NAT"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  for_each = local.isolated ? local.callers : {}

  security_group_id            = each.value
  description                  = "AWS's services, by their endpoints"
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  for_each = local.isolated ? local.callers : {}

  security_group_id = each.value
  description       = "S3, by its endpoint"
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = local.isolated ? local.callers : {}

  security_group_id            = aws_security_group.endpoints.id
  description                  = "From ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
