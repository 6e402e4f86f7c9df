# Every name that more than one file needs. plugins/modelway/names.py derives the same ones; docs/architecture.md lists
# them. ARNs are written from names, so that a policy can be read, and tested, before anything exists.
locals {
  account   = data.aws_caller_identity.deployer.account_id
  partition = data.aws_partition.home.partition
  dns       = data.aws_partition.home.dns_suffix

  bucket      = "modelway-${var.environment}-${local.account}"
  logs_bucket = "modelway-${var.environment}-logs-${local.account}"
  mwaa        = "modelway-${var.environment}"
  trigger     = "modelway-trigger-dag"
  relay       = "modelway-slack-relay"

  bucket_arn      = "arn:${local.partition}:s3:::${local.bucket}"
  logs_bucket_arn = "arn:${local.partition}:s3:::${local.logs_bucket}"
  mwaa_arn        = "arn:${local.partition}:airflow:${var.region}:${local.account}:environment/${local.mwaa}"
  # What `airflow:InvokeRestApi` and `CreateWebLoginToken` name: a role of Airflow's in the environment.
  airflow_role_arn = "arn:${local.partition}:airflow:${var.region}:${local.account}:role/${local.mwaa}"
  trigger_arn      = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${local.trigger}"
  sagemaker_arn    = "arn:${local.partition}:sagemaker:${var.region}:${local.account}"
  logs_arn         = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group"
  secret_arn       = "arn:${local.partition}:secretsmanager:${var.region}:${local.account}:secret"
  role_arn         = "arn:${local.partition}:iam::${local.account}:role"

  boundary_arn = "arn:${local.partition}:iam::${local.account}:policy/modelway-boundary"

  isolated = var.egress == "isolated"

  models = merge([
    for project, it in var.projects : {
      for model in it.models : "${project}/${model}" => { project = project, model = model, sagemaker = "${project}--${model}" }
    }
  ]...)

  sagemaker_role_arns = { for project in keys(var.projects) : project => "${local.role_arn}/modelway-sagemaker-${project}" }
  topic_arns          = { for project in keys(var.projects) : project => "arn:${local.partition}:sns:${var.region}:${local.account}:modelway-${project}" }
  repository_arns     = { for name in keys(local.models) : name => "arn:${local.partition}:ecr:${var.region}:${local.account}:repository/${name}" }
  webhook_secrets     = { for project in keys(var.projects) : project => "airflow/connections/modelway_slack_${replace(project, "-", "_")}" }

  dags        = fileset("${path.module}/../dags", "**/*.{py,md}")
  allowed_dag = sort([for file in local.dags : trimsuffix(basename(file), ".py") if endswith(file, ".py")])
}
