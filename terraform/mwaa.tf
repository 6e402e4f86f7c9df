# Provider 5.100.0 cannot say worker_replacement_strategy: an update of the environment ends running tasks (FORCED).
# Modelway's tasks find the job that they have paid for again; `aws mwaa update-environment --name …
# --worker-replacement-strategy GRACEFUL` lets them finish first.
resource "aws_mwaa_environment" "airflow" {
  #checkov:skip=CKV_AWS_66:web_server says whether it is public; private is what is not said otherwise
  name              = local.mwaa
  airflow_version   = "3.0.6"
  environment_class = var.mwaa.class
  min_workers       = var.mwaa.min_workers
  max_workers       = var.mwaa.max_workers
  schedulers        = var.mwaa.schedulers
  min_webservers    = var.mwaa.min_web_servers
  max_webservers    = var.mwaa.max_web_servers

  weekly_maintenance_window_start = var.mwaa.maintenance
  webserver_access_mode           = var.web_server == "public" ? "PUBLIC_ONLY" : "PRIVATE_ONLY"
  execution_role_arn              = aws_iam_role.mwaa.arn
  kms_key                         = aws_kms_key.platform.arn
  airflow_configuration_options   = local.airflow_options

  # MWAA reads plugins and requirements of the version it is told, not of the newest.
  source_bucket_arn              = aws_s3_bucket.platform.arn
  dag_s3_path                    = "airflow/dags"
  plugins_s3_path                = aws_s3_object.plugins.key
  plugins_s3_object_version      = aws_s3_object.plugins.version_id
  requirements_s3_path           = aws_s3_object.requirements.key
  requirements_s3_object_version = aws_s3_object.requirements.version_id

  network_configuration {
    subnet_ids         = [for zone in local.zones : aws_subnet.private[zone].id]
    security_group_ids = [aws_security_group.airflow.id]
  }

  logging_configuration {
    dag_processing_logs {
      enabled   = true
      log_level = "INFO"
    }
    scheduler_logs {
      enabled   = true
      log_level = "INFO"
    }
    task_logs {
      enabled   = true
      log_level = "INFO"
    }
    webserver_logs {
      enabled   = true
      log_level = "INFO"
    }
    worker_logs {
      enabled   = true
      log_level = "INFO"
    }
  }

  # 20 to 60 minutes are usual; with a private network it has taken longer.
  timeouts {
    create = "120m"
    update = "120m"
    delete = "90m"
  }

  # MWAA checks its role, bucket and way out when it is made, and not again.
  depends_on = [
    aws_cloudwatch_log_group.airflow,
    aws_iam_role_policy.mwaa,
    aws_iam_role_policy.mwaa_keys,
    aws_route.nat,
    aws_route_table_association.private,
    aws_route_table_association.public,
    aws_route.internet,
    aws_s3_bucket_public_access_block.bucket,
    aws_s3_bucket_versioning.platform,
    aws_vpc_endpoint.s3,
    aws_vpc_endpoint.service,
    aws_vpc_security_group_egress_rule.airflow_itself,
    aws_vpc_security_group_ingress_rule.airflow_itself,
  ]
}

locals {
  airflow_options = {
    "modelway.bucket"           = local.bucket
    "modelway.role_arn"         = "${local.role_arn}/modelway-sagemaker-{project}"
    "modelway.topic_arn"        = "arn:${local.partition}:sns:${var.region}:${local.account}:modelway-{project}"
    "modelway.kms_key"          = "arn:${local.partition}:kms:${var.region}:${local.account}:alias/modelway-{project}"
    "modelway.environment"      = var.environment
    "modelway.slots"            = jsonencode({ for project, it in var.projects : project => it.slots })
    "modelway.instance_prices"  = jsonencode(var.instance_prices)
    "modelway.owner"            = var.owner
    "modelway.owner_url"        = "mailto:${var.owner}"
    "modelway.mwaa_environment" = local.mwaa
    "modelway.slack"            = local.isolated ? "topic" : "webhook"

    # Each look-up is a call to AWS, and MWAA's default would make one for every connection and variable.
    "secrets.backend" = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
    "secrets.backend_kwargs" = jsonencode({
      connections_prefix         = "airflow/connections"
      connections_lookup_pattern = "^modelway_"
      variables_prefix           = null
      config_prefix              = null
    })

    # MWAA's own values, written down so that a new default of theirs is a change that can be seen.
    "core.sensitive_var_conn_names" = "proxy,proxies,webhook"
    "scheduler.task_queued_timeout" = "1800"
  }

  # What `python -m ci bundle` writes too. Both leave the file's sum in its metadata: who comes second changes nothing.
  plugins = "${var.archives}/plugins.zip"
}

resource "aws_s3_object" "dag" {
  for_each = local.dags

  bucket      = aws_s3_bucket.platform.id
  key         = "airflow/dags/${each.key}"
  source      = "${path.module}/../dags/${each.key}"
  source_hash = filesha256("${path.module}/../dags/${each.key}")
  metadata    = { sha256 = filesha256("${path.module}/../dags/${each.key}") }
  depends_on  = [aws_s3_bucket_versioning.platform, aws_s3_bucket_server_side_encryption_configuration.platform]
}

resource "aws_s3_object" "plugins" {
  bucket      = aws_s3_bucket.platform.id
  key         = "airflow/plugins.zip"
  source      = local.plugins
  source_hash = filesha256(local.plugins)
  metadata    = { sha256 = filesha256(local.plugins) }
  depends_on  = [aws_s3_bucket_versioning.platform, aws_s3_bucket_server_side_encryption_configuration.platform]
}

resource "aws_s3_object" "requirements" {
  bucket      = aws_s3_bucket.platform.id
  key         = "airflow/requirements.txt"
  source      = var.requirements
  source_hash = filesha256(var.requirements)
  metadata    = { sha256 = filesha256(var.requirements) }
  depends_on  = [aws_s3_bucket_versioning.platform, aws_s3_bucket_server_side_encryption_configuration.platform]
}

# Made before MWAA would make them, which keeps logs for ever and encrypts them by a key of AWS.
resource "aws_cloudwatch_log_group" "airflow" {
  for_each = toset(["DAGProcessing", "Scheduler", "Task", "WebServer", "Worker"])

  name              = "airflow-${local.mwaa}-${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.platform.arn
}
