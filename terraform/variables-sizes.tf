variable "network" {
  description = "cidr: the VPC's addresses. nat_per_zone: a NAT gateway in each zone instead of one, where egress is nat."
  type = object({
    cidr         = optional(string, "10.42.0.0/20")
    nat_per_zone = optional(bool, false)
  })
  default = {}

  validation {
    condition     = can(cidrnetmask(var.network.cidr)) && try(tonumber(split("/", var.network.cidr)[1]), 0) >= 16 && try(tonumber(split("/", var.network.cidr)[1]), 99) <= 22
    error_message = "network.cidr is an IPv4 range from /16 to /22, such as 10.42.0.0/20: it is divided into four subnets."
  }
}

variable "egress" {
  description = "How the environment reaches AWS: nat (a NAT gateway) or isolated (VPC endpoints only, no way to the internet)."
  type        = string
  default     = "nat"

  validation {
    condition     = contains(["nat", "isolated"], var.egress)
    error_message = "egress is nat (a NAT gateway) or isolated (VPC endpoints only)."
  }
}

variable "web_server" {
  description = "Who can open Airflow's address before signing in: private (the VPC) or public (everybody)."
  type        = string
  default     = "private"

  validation {
    condition     = contains(["private", "public"], var.web_server)
    error_message = "web_server is private (only from within the VPC) or public (from everywhere, by AWS sign-in)."
  }
}

variable "web_server_cidrs" {
  description = "Address ranges, of a VPN or a peered network, that may open a private web server on port 443."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.web_server_cidrs : can(cidrnetmask(cidr)) && !endswith(cidr, "/0")])
    error_message = "web_server_cidrs are IPv4 ranges such as 10.8.0.0/16, and not everybody's: 0.0.0.0/0 is what web_server = \"public\" is for."
  }
}

variable "bastion" {
  description = "Whether to make a machine without open ports through which people reach a private web server, by SSM."
  type        = bool
  default     = false
}

variable "airflow_people" {
  description = <<-WORDS
    Who may sign in to Airflow as what: ARNs of roles (such as those of IAM Identity Center) or users that may assume
    modelway-airflow-admin, -op or -viewer. A role that nobody may assume is not made.
  WORDS
  type = object({
    admin  = optional(set(string), [])
    op     = optional(set(string), [])
    viewer = optional(set(string), [])
  })
  default = {}

  validation {
    condition = alltrue([
      for arn in setunion(var.airflow_people.admin, var.airflow_people.op, var.airflow_people.viewer) :
      can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "airflow_people are ARNs of roles or users, such as arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ml_0123456789abcdef."
  }
}

variable "mwaa" {
  description = "Airflow's size: class of machines, and how many workers, schedulers and web servers."
  type = object({
    class           = optional(string, "mw1.small")
    min_workers     = optional(number, 1)
    max_workers     = optional(number, 2)
    schedulers      = optional(number, 2)
    min_web_servers = optional(number, 2)
    max_web_servers = optional(number, 2)
    maintenance     = optional(string, "SUN:03:30")
  })
  default = {}

  validation {
    condition     = contains(["mw1.micro", "mw1.small", "mw1.medium", "mw1.large", "mw1.xlarge", "mw1.2xlarge"], var.mwaa.class)
    error_message = "mwaa.class is one of mw1.micro, mw1.small, mw1.medium, mw1.large, mw1.xlarge, mw1.2xlarge."
  }
  validation {
    condition     = var.mwaa.min_workers >= 1 && var.mwaa.max_workers <= 25 && var.mwaa.min_workers <= var.mwaa.max_workers
    error_message = "mwaa.min_workers is from 1 to max_workers, and max_workers at most 25."
  }
  validation {
    condition     = var.mwaa.class == "mw1.micro" ? var.mwaa.schedulers == 1 : var.mwaa.schedulers >= 2 && var.mwaa.schedulers <= 5
    error_message = "mwaa.schedulers is 2 to 5; of mw1.micro it is 1."
  }
  validation {
    condition = (
      var.mwaa.class == "mw1.micro" ? var.mwaa.min_web_servers == 1 && var.mwaa.max_web_servers == 1 && var.mwaa.max_workers == 1 :
      var.mwaa.min_web_servers >= 2 && var.mwaa.max_web_servers <= 5 && var.mwaa.min_web_servers <= var.mwaa.max_web_servers
    )
    error_message = "mwaa.min_web_servers and max_web_servers are 2 to 5; mw1.micro has 1 of each, and 1 worker."
  }
  validation {
    condition     = can(regex("^(MON|TUE|WED|THU|FRI|SAT|SUN):([01][0-9]|2[0-3]):(00|30)$", var.mwaa.maintenance))
    error_message = "mwaa.maintenance is a weekday and a half hour in UTC, such as SUN:03:30."
  }
}

variable "function_concurrency" {
  description = "How many calls of the trigger function may run at once; -1 for an account whose limit leaves nothing to reserve."
  type        = number
  default     = 10

  validation {
    condition     = var.function_concurrency == -1 || (var.function_concurrency >= 1 && var.function_concurrency <= 100)
    error_message = "function_concurrency is 1 to 100, or -1 to reserve nothing; 0 would switch the function off."
  }
}

variable "instance_prices" {
  description = <<-WORDS
    What an hour of an instance type costs in this region, in US dollars: what messages say of a training's cost. Without a
    type's price they say how long it took. docs/costs/prices.csv has an example, noted by hand.
  WORDS
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for type, usd in var.instance_prices : startswith(type, "ml.") && usd >= 0])
    error_message = "instance_prices maps SageMaker's instance types to dollars, such as { \"ml.m5.large\" = 0.128 }."
  }
}
