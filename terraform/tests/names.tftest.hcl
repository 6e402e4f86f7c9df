# The provider is the real one, without an account: policies and names are then what AWS would get, not what a mock makes up.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  default_tags {
    tags = { environment = "dev", owner = "ml-platform@example.com", managed-by = "modelway" }
  }
}

override_data {
  target = data.aws_caller_identity.deployer
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_availability_zones.usable
  values = { names = ["eu-west-1c", "eu-west-1a", "eu-west-1b"] }
}

variables {
  archives    = "tests/archives"
  environment = "dev"
  region      = "eu-west-1"
  owner       = "ml-platform@example.com"
  gitlab      = { url = "https://gitlab.example.com", project_path = "platform/ml-ops" }
  projects = {
    churn = {
      models     = ["eu", "us"]
      emails     = ["churn@example.com"]
      budget_usd = 100
      slots      = 4
      data_sources = {
        warehouse = { bucket = "exports-of-sales", prefix = "churn/", account = "210987654321", kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/0a" }
      }
    }
    demo = { models = ["breast-cancer"], emails = ["team@example.com"], budget_usd = 50, slots = 4 }
  }
}

run "everything_has_the_name_that_others_know_it_by" {
  command = plan

  assert {
    condition     = aws_s3_bucket.platform.bucket == "modelway-dev-123456789012"
    error_message = "The bucket's name is the contract of ci/ and GitLab's variables."
  }
  assert {
    condition     = aws_s3_bucket.logs.bucket == "modelway-dev-logs-123456789012"
    error_message = "The access logs' bucket has its name."
  }
  assert {
    condition     = aws_mwaa_environment.airflow.name == "modelway-dev" && aws_mwaa_environment.airflow.dag_s3_path == "airflow/dags"
    error_message = "Airflow's environment and its folder have their names."
  }
  assert {
    condition     = aws_lambda_function.trigger.function_name == "modelway-trigger-dag" && aws_lambda_function.trigger.handler == "trigger_dag.handler"
    error_message = "The function that GitLab's jobs call has its name."
  }
  assert {
    condition     = toset(keys(aws_ecr_repository.model)) == toset(["churn/eu", "churn/us", "demo/breast-cancer"])
    error_message = "Each model has its repository {project}/{model}."
  }
  assert {
    condition     = aws_sagemaker_model_package_group.model["demo/breast-cancer"].model_package_group_name == "demo--breast-cancer"
    error_message = "Each model has its group {project}--{model}."
  }
  assert {
    condition     = toset([for role in aws_iam_role.gitlab : role.name]) == toset([for job in ["image", "trigger", "production", "plan", "infrastructure"] : "modelway-gitlab-${job}"])
    error_message = "GitLab's roles have their names."
  }
  assert {
    condition     = aws_sns_topic.project["demo"].name == "modelway-demo" && aws_iam_role.sagemaker["demo"].name == "modelway-sagemaker-demo" && aws_kms_alias.project["demo"].name == "alias/modelway-demo"
    error_message = "A project's topic, role and key have their names."
  }
  assert {
    condition     = aws_cloudwatch_log_group.endpoint["churn/eu"].name == "/aws/sagemaker/Endpoints/churn--eu"
    error_message = "An endpoint's log group is the one that SageMaker writes to."
  }
  assert {
    condition     = local.airflow_options["modelway.role_arn"] == "arn:aws:iam::123456789012:role/modelway-sagemaker-{project}"
    error_message = "The bundle replaces {project}; Terraform must leave it."
  }
  assert {
    condition     = local.airflow_options["modelway.topic_arn"] == "arn:aws:sns:eu-west-1:123456789012:modelway-{project}"
    error_message = "The topic is the project's."
  }
  assert {
    condition     = local.airflow_options["modelway.kms_key"] == "arn:aws:kms:eu-west-1:123456789012:alias/modelway-{project}"
    error_message = "The key is the project's."
  }
  assert {
    condition     = jsondecode(local.airflow_options["secrets.backend_kwargs"]).connections_lookup_pattern == "^modelway_"
    error_message = "Only our connections are looked up: each look-up is a call to AWS."
  }
  assert {
    condition     = local.airflow_options["modelway.slack"] == "webhook"
    error_message = "With a way out, Airflow speaks to Slack itself."
  }
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables["ALLOWED_DAGS"] == "deploy,sweep,train"
    error_message = "The function starts the DAGs of dags/, and no others."
  }
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables["MWAA_ENVIRONMENT"] == "modelway-dev"
    error_message = "The function asks this deployment's Airflow."
  }
  assert {
    condition     = toset(keys(aws_s3_object.dag)) == toset(["deploy.md", "deploy.py", "sweep.md", "sweep.py", "train.md", "train.py"])
    error_message = "Each DAG's file is uploaded, with its words."
  }
  assert {
    condition     = aws_ecr_repository.model["churn/eu"].tags_all == tomap({ environment = "dev", owner = "ml-platform@example.com", managed-by = "modelway", project = "churn", model = "eu" })
    error_message = "Tags have the keys of names.tags."
  }
  assert {
    condition     = one(aws_budgets_budget.project["demo"].cost_filter).values[0] == "user:project$demo"
    error_message = "A project's budget counts what bears its tag."
  }
}

run "a_platform_without_projects_is_one" {
  command = plan
  variables {
    projects = {}
  }
  assert {
    condition     = length(aws_ecr_repository.model) == 0 && aws_mwaa_environment.airflow.name == "modelway-dev"
    error_message = "The first apply needs no project."
  }
}
