# A small machine without open ports or keys: people come through SSM, and only as far as Airflow's pages.
locals {
  bastions = var.bastion ? toset(["bastion"]) : toset([])
}

data "aws_ssm_parameter" "linux" {
  for_each = local.bastions

  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

resource "aws_instance" "bastion" {
  for_each = local.bastions

  # A newer image is no reason to end people's sessions; `terraform apply -replace` takes it.
  ami                         = nonsensitive(data.aws_ssm_parameter.linux[each.key].value)
  instance_type               = "t4g.nano"
  subnet_id                   = aws_subnet.private[local.zones[0]].id
  vpc_security_group_ids      = [aws_security_group.bastion[each.key].id]
  iam_instance_profile        = aws_iam_instance_profile.bastion[each.key].name
  ebs_optimized               = true
  monitoring                  = true
  associate_public_ip_address = false
  tags                        = { Name = "${local.mwaa} bastion" }

  metadata_options {
    http_tokens = "required"
  }
  root_block_device {
    volume_type = "gp3"
    volume_size = 8
    encrypted   = true
    kms_key_id  = aws_kms_key.platform.arn
  }
  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_security_group" "bastion" {
  for_each = local.bastions

  name        = "modelway-bastion"
  description = "The bastion: no way in, and out only to SSM and Airflow"
  vpc_id      = aws_vpc.platform.id
  tags        = { Name = "${local.mwaa} bastion" }
}

resource "aws_vpc_security_group_egress_rule" "bastion_to_airflow" {
  for_each = aws_security_group.bastion

  security_group_id            = each.value.id
  description                  = "Airflow's pages"
  referenced_security_group_id = aws_security_group.airflow.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "airflow_from_bastion" {
  for_each = aws_security_group.bastion

  security_group_id            = aws_security_group.airflow.id
  description                  = "Airflow's pages, through the bastion"
  referenced_security_group_id = each.value.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_iam_instance_profile" "bastion" {
  for_each = local.bastions

  name = "modelway-bastion"
  role = aws_iam_role.bastion[each.key].name
}

resource "aws_iam_role" "bastion" {
  for_each = local.bastions

  name                 = "modelway-bastion"
  assume_role_policy   = data.aws_iam_policy_document.machine_trust.json
  permissions_boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policy" "bastion" {
  for_each = local.bastions

  name   = "sessions"
  role   = aws_iam_role.bastion[each.key].id
  policy = data.aws_iam_policy_document.sessions.json
}

# What a session needs, of the much more that AWS's AmazonSSMManagedInstanceCore gives.
data "aws_iam_policy_document" "sessions" {
  #checkov:skip=CKV_AWS_111:SSM's channels know no resource; the machine can open them for itself only
  #checkov:skip=CKV_AWS_356:as above
  statement {
    sid       = "BeKnownToSsm"
    actions   = ["ssm:UpdateInstanceInformation"]
    resources = ["arn:${local.partition}:ec2:${var.region}:${local.account}:instance/*"] # its own id, which it has yet to get
  }
  statement {
    sid = "OpenSessions"
    actions = [
      "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    # SSM knows no resource for channels.
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "machine_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.${local.dns}"]
    }
  }
}
