output "bucket" {
  description = "The bucket (MODELWAY_BUCKET in GitLab)."
  value       = aws_s3_bucket.platform.id
}

output "mwaa_environment" {
  description = "The name of Airflow's environment."
  value       = aws_mwaa_environment.airflow.name
}

output "airflow_url" {
  description = "Airflow's address; who may sign in is said by airflow_roles."
  value       = startswith(aws_mwaa_environment.airflow.webserver_url, "http") ? aws_mwaa_environment.airflow.webserver_url : "https://${aws_mwaa_environment.airflow.webserver_url}"
}

output "airflow_roles" {
  description = "The roles by which people sign in to Airflow, by what they are there."
  value       = { for name, role in aws_iam_role.airflow : name => role.arn }
}

output "bastion" {
  description = "The machine through which people reach a private web server (access.tf); null without one."
  value       = one([for machine in aws_instance.bastion : machine.id])
}

output "function_name" {
  description = "The function between GitLab and Airflow (MODELWAY_FUNCTION in GitLab)."
  value       = aws_lambda_function.trigger.function_name
}

output "gitlab_roles" {
  description = "AWS_ROLE_ARN of GitLab's jobs, by job: image, trigger, production, infrastructure, plan."
  value       = { for job, role in aws_iam_role.gitlab : job => role.arn }
}

output "gitlab_audiences" {
  description = "The `aud` that a job's AWS_ID_TOKEN has to have for the role, by job."
  value       = { for job, it in local.jobs : job => it.audience }
}

output "mwaa_role" {
  description = "The role that DAGs run under."
  value       = aws_iam_role.mwaa.arn
}

output "function_roles" {
  description = "The functions' roles, by function."
  value       = { for name, role in aws_iam_role.function : name => role.arn }
}

output "sagemaker_roles" {
  description = "The roles of SageMaker's jobs and endpoints, by project."
  value       = { for project, role in aws_iam_role.sagemaker : project => role.arn }
}

output "topics" {
  description = "The topics that announcements go to, by project."
  value       = { for project, topic in aws_sns_topic.project : project => topic.arn }
}

output "alarm_topic" {
  description = "The topic that alarms go to."
  value       = aws_sns_topic.alarms.arn
}

output "repositories" {
  description = "The images' repositories, by project/model."
  value       = { for model, repository in aws_ecr_repository.model : model => repository.repository_url }
}

output "model_package_groups" {
  description = "The groups of model versions, by project/model."
  value       = { for model, group in aws_sagemaker_model_package_group.model : model => group.model_package_group_name }
}

output "webhook_secrets" {
  description = "Where a person puts Slack's address, by project (notifications.tf)."
  value       = { for project, secret in aws_secretsmanager_secret.webhook : project => secret.name }
}

output "keys" {
  description = "The aliases of the projects' encryption keys."
  value       = { for project, alias in aws_kms_alias.project : project => alias.name }
}

output "slots" {
  description = "How many of Airflow's tasks may run at once, by project."
  value       = { for project, it in var.projects : project => it.slots }
}

output "dashboards" {
  description = "Addresses of the dashboards: the platform's, and each project's."
  value = {
    for name in concat(["modelway"], [for project in keys(var.projects) : "modelway-${project}"]) :
    name => "https://${var.region}.console.${local.partition == "aws" ? "aws.amazon.com" : local.partition == "aws-cn" ? "amazonaws.cn" : "amazonaws-us-gov.com"}/cloudwatch/home?region=${var.region}#dashboards/dashboard/${name}"
  }
}
