# The way out, where egress is nat. Nothing of it is made where egress is isolated.
resource "aws_internet_gateway" "out" {
  for_each = local.isolated ? [] : toset(["internet"])

  vpc_id = aws_vpc.platform.id
  tags   = { Name = local.mwaa }
}

resource "aws_subnet" "public" {
  for_each = local.public_zones

  vpc_id            = aws_vpc.platform.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.network.cidr, 4, 8 + each.value)
  tags              = { Name = "${local.mwaa} public ${each.key}" }
}

resource "aws_route_table" "public" {
  for_each = aws_internet_gateway.out

  vpc_id = aws_vpc.platform.id
  tags   = { Name = "${local.mwaa} public" }
}

resource "aws_route" "internet" {
  for_each = aws_internet_gateway.out

  route_table_id         = aws_route_table.public[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = each.value.id
}

resource "aws_route_table_association" "public" {
  for_each = local.public_zones

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public["internet"].id
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain     = "vpc"
  tags       = { Name = "${local.mwaa} ${each.key}" }
  depends_on = [aws_internet_gateway.out]
}

resource "aws_nat_gateway" "out" {
  for_each = local.nat_zones

  allocation_id = aws_eip.nat[each.key].allocation_id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = { Name = "${local.mwaa} ${each.key}" }
}

# Through the zone's own NAT gateway, or through the only one.
resource "aws_route" "nat" {
  for_each = local.public_zones

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = try(aws_nat_gateway.out[each.key], aws_nat_gateway.out[local.zones[0]]).id
}
