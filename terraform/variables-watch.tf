variable "log_days" {
  description = "How many days logs are kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_days)
    error_message = "log_days is a number that CloudWatch offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "runs_days" {
  description = "How many days the bucket keeps what DAG runs came to (runs/)."
  type        = number
  default     = 400

  validation {
    condition     = var.runs_days >= 30
    error_message = "runs_days is at least 30: pipelines, and the people who read them, look back."
  }
}

variable "old_version_days" {
  description = "How many days the bucket keeps what was overwritten or deleted."
  type        = number
  default     = 30

  validation {
    condition     = var.old_version_days >= 1 && floor(var.old_version_days) == var.old_version_days
    error_message = "old_version_days is a whole number of days from 1."
  }
}

variable "alarm_emails" {
  description = "Who is told alarms beside the owner; each has to confirm once."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.alarm_emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", email))])
    error_message = "alarm_emails are e-mail addresses, such as on-call@example.com."
  }
}

variable "log_destination" {
  description = "The ARN of a Lambda function, Kinesis or Firehose stream, or CloudWatch destination that gets Airflow's and the functions' logs; none when left out."
  type = object({
    arn      = string
    role_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.log_destination == null || can(regex("^arn:[a-z-]+:(lambda|kinesis|firehose|logs):[a-z0-9-]+:[0-9]{12}:.+$", var.log_destination.arn))
    error_message = "log_destination.arn is the ARN of a Lambda function, a Kinesis or Firehose stream, or a CloudWatch destination."
  }
}

variable "wavefront" {
  description = "Wavefront's account and the external id that it shows, for its CloudWatch integration; none when left out."
  type = object({
    account     = string
    external_id = string
  })
  default = null

  validation {
    condition     = var.wavefront == null || (can(regex("^[0-9]{12}$", var.wavefront.account)) && length(try(var.wavefront.external_id, "")) >= 2)
    error_message = "wavefront has the account (12 digits) and the external id that its page for AWS integrations shows."
  }
}

variable "metric_stream" {
  description = "A vendor's HTTPS address for CloudWatch metrics by Firehose, and the secret with its key ({\"api_key\": …}); none when left out."
  type = object({
    url        = string
    secret_arn = string
  })
  default = null

  validation {
    condition     = var.metric_stream == null || can(regex("^https://", var.metric_stream.url))
    error_message = "metric_stream.url is an address with https://."
  }
  validation {
    condition     = var.metric_stream == null || can(regex("^arn:[a-z-]+:secretsmanager:", var.metric_stream.secret_arn))
    error_message = "metric_stream.secret_arn is the ARN of a secret in Secrets Manager; a key itself would stand in the state."
  }
}
