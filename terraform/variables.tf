variable "environment" {
  description = "Which deployment this is. Each has an AWS account of its own."
  type        = string

  validation {
    condition     = contains(["dev", "stage", "prod"], var.environment)
    error_message = "environment is one of dev, stage, prod: each is an AWS account of its own."
  }
}

variable "account" {
  description = "The AWS account's id. Where it is given, credentials of any other account are refused."
  type        = string
  default     = null

  validation {
    condition     = var.account == null || can(regex("^[0-9]{12}$", var.account))
    error_message = "account is an AWS account's id of 12 digits, such as \"123456789012\"."
  }
}

variable "region" {
  description = "The AWS region in which everything is made."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is an AWS region's code, such as eu-west-1."
  }
}

variable "owner" {
  description = "E-mail address of who answers for the platform: a tag on everything, the DAGs' owner, and whom alarms tell."
  type        = string

  validation {
    condition     = can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", var.owner))
    error_message = "owner is an e-mail address, such as ml-platform@example.com."
  }
}

variable "projects" {
  description = <<-WORDS
    What data scientists work on, by project name.
    models: the models' names. emails: who is told results, and of the budget. budget_usd: a month's budget, told at
    80 % and when it is forecast to be exceeded. slots: how many of Airflow's tasks may run at once for the project.
    data_sources: buckets elsewhere that the project's jobs may read, below a prefix, with the account that owns them.
  WORDS
  type = map(object({
    models     = set(string)
    emails     = list(string)
    budget_usd = number
    slots      = number
    data_sources = optional(map(object({
      bucket      = string
      prefix      = string
      account     = string
      kms_key_arn = optional(string)
    })), {})
  }))

  validation {
    condition = alltrue(flatten([
      for project, it in var.projects : [for name in concat([project], tolist(it.models)) : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", name))]
    ]))
    error_message = "Names of projects and models are lower-case words joined by single hyphens, such as churn-eu."
  }
  validation {
    condition = alltrue(flatten([
      for project, it in var.projects : [for model in it.models : length(project) + length(model) <= 32]
    ]))
    error_message = "A project's and a model's name have at most 32 characters together: SageMaker's names leave no more."
  }
  validation {
    condition = alltrue(flatten([
      for it in var.projects : [for email in it.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", email))]
    ]))
    error_message = "emails of a project are e-mail addresses, such as team@example.com."
  }
  validation {
    condition     = alltrue([for it in var.projects : length(it.emails) >= 1 && length(it.emails) <= 10])
    error_message = "A project has 1 to 10 emails: somebody has to hear of its budget, and AWS Budgets takes 10."
  }
  validation {
    condition     = alltrue([for it in var.projects : it.budget_usd > 0])
    error_message = "budget_usd of a project is a month's budget in US dollars, above 0."
  }
  validation {
    condition     = alltrue([for it in var.projects : it.slots >= 1 && floor(it.slots) == it.slots])
    error_message = "slots of a project is a whole number from 1: how many of Airflow's tasks may run for it at once."
  }
  validation {
    condition = alltrue(flatten([
      for it in var.projects : [for source in it.data_sources : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", source.bucket))]
    ]))
    error_message = "bucket of a data source is a bucket's name, without s3://."
  }
  validation {
    condition = alltrue(flatten([
      for it in var.projects : [for source in it.data_sources : can(regex("^[^/*?].*/$", source.prefix)) && !can(regex("[*?]", source.prefix))]
    ]))
    error_message = "prefix of a data source ends with a slash and has no wildcards, such as exports/churn/: it says where reading ends."
  }
  validation {
    condition = alltrue(flatten([
      for it in var.projects : [for source in it.data_sources : can(regex("^[0-9]{12}$", source.account))]
    ]))
    error_message = "account of a data source is the id, of 12 digits, of the AWS account that owns the bucket."
  }
  validation {
    condition = alltrue(flatten([
      for it in var.projects : [
        for source in it.data_sources : source.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-z-]+$", source.kms_key_arn))
      ]
    ]))
    error_message = "kms_key_arn of a data source is a key's ARN (arn:aws:kms:…:key/…); an alias is no key to IAM."
  }
}

variable "gitlab" {
  description = <<-WORDS
    The GitLab whose jobs act here. url: exactly as it signs (iss). project_path and branch: ml-ops and its protected branch.
    runs_project_path: the thin project in which models are built and trained, where there is one (docs/gitlab.md).
    long_lived_user: also make a user modelway-gitlab, for a GitLab that AWS cannot reach. Its keys do not expire.
  WORDS
  type = object({
    url               = string
    project_path      = string
    branch            = optional(string, "main")
    runs_project_path = optional(string)
    long_lived_user   = optional(bool, false)
  })

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._/-]*[A-Za-z0-9._-])?$", var.gitlab.url))
    error_message = "gitlab.url is GitLab's address with https:// and without a slash at the end, such as https://gitlab.example.com."
  }
  validation {
    condition = alltrue([
      for path in compact([var.gitlab.project_path, var.gitlab.runs_project_path]) : can(regex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$", path))
    ])
    error_message = "gitlab.project_path is group and project, such as platform/ml-ops; a wildcard would let others' projects in."
  }
  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]+$", var.gitlab.branch))
    error_message = "gitlab.branch is the name of one protected branch, such as main; a wildcard would let any branch in."
  }
}

variable "archives" {
  description = "The folder with trigger_dag.zip, slack_relay.zip and plugins.zip, as `python -m ci archive` leaves them in build/."
  type        = string
  default     = "../build"

  validation {
    condition = alltrue([
      for name in concat(["plugins", "trigger_dag"], var.egress == "isolated" ? ["slack_relay"] : []) : fileexists("${var.archives}/${name}.zip")
    ])
    error_message = "archives has no plugins.zip, trigger_dag.zip or, where egress is isolated, slack_relay.zip: run `python -m ci archive` first."
  }
}

variable "requirements" {
  description = <<-WORDS
    The requirements file that Airflow installs. Where egress is isolated it cannot reach PyPI: name one that finds its
    wheels in plugins.zip (`--no-index`, `--find-links /usr/local/airflow/plugins`).
  WORDS
  type        = string
  default     = "../requirements.txt"

  validation {
    condition     = fileexists(var.requirements)
    error_message = "requirements is the path of a file, such as ../requirements.txt."
  }
}

variable "allow_destroy" {
  description = "Whether `terraform destroy` may take the bucket's objects, images, keys and secrets with it. Never in prod."
  type        = bool
  default     = false

  validation {
    condition     = !(var.allow_destroy && var.environment == "prod")
    error_message = "allow_destroy is not for prod: releases and trained models would go with it."
  }
}
