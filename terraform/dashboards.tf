# One page a project, which shows its endpoints, and one of the platform. Widgets are two in a row, 24 columns wide.
locals {
  widget = { region = var.region, view = "timeSeries", period = 60 }

  # What is drawn of each endpoint: a title, and metrics with what is shown of them.
  endpoint_charts = [
    { title = "processor and memory (%)", namespace = "/aws/sagemaker/Endpoints", lines = [["CPUUtilization", "Average"], ["MemoryUtilization", "Average"]] },
    { title = "requests a minute", namespace = "AWS/SageMaker", lines = [["Invocations", "Sum"]] },
    { title = "latency of the model (µs)", namespace = "AWS/SageMaker", lines = [["ModelLatency", "p50"], ["ModelLatency", "p99"], ["OverheadLatency", "p99"]] },
    { title = "errors", namespace = "AWS/SageMaker", lines = [["Invocation4XXErrors", "Sum"], ["Invocation5XXErrors", "Sum"], ["InvocationModelErrors", "Sum"]] },
  ]

  project_widgets = { for project, it in var.projects : project => flatten([
    for row, model in sort(tolist(it.models)) : concat(
      [{ type = "text", x = 0, y = 13 * row, width = 24, height = 1, properties = { markdown = "## ${project}/${model}" } }],
      [for number, chart in local.endpoint_charts : {
        type = "metric", x = 12 * (number % 2), y = 13 * row + 1 + 6 * floor(number / 2), width = 12, height = 6
        properties = merge(local.widget, { title = chart.title, metrics = [
          # The variant is always `live` (plugins/modelway/serving.py).
          for line in chart.lines : [chart.namespace, line[0], "EndpointName", "${project}--${model}", "VariantName", "live", { stat = line[1] }]
        ] })
      }],
    )
  ]) }

  # What the project's own code tells about its models: any metric in its namespace.
  model_metrics = { for project, it in var.projects : project => {
    type = "metric", x = 0, y = 13 * length(it.models), width = 24, height = 6
    properties = merge(local.widget, {
      title   = "what ${project}'s jobs tell (namespace Modelway/${project})"
      metrics = [[{ expression = "SEARCH('Namespace=\"Modelway/${project}\"', 'Average', 300)" }]]
    })
  } }

  platform_charts = [
    { title = "Airflow: tasks", metrics = [
      ["AmazonMWAA", "QueuedTasks", "Environment", local.mwaa, "Function", "Executor", { stat = "Maximum" }],
      ["AmazonMWAA", "RunningTasks", "Environment", local.mwaa, "Function", "Executor", { stat = "Maximum" }],
    ] },
    { title = "Airflow: heartbeat, and failed runs", metrics = [
      ["AmazonMWAA", "SchedulerHeartbeat", "Environment", local.mwaa, "Function", "Scheduler", { stat = "Sum" }],
      ["Modelway", "FailedRuns", { stat = "Sum" }],
    ] },
    { title = "Airflow: processor (%)", metrics = [
      for part in ["Scheduler", "BaseWorker", "AdditionalWorker", "WebServer"] :
      ["AWS/MWAA", "CPUUtilization", "Environment", local.mwaa, "Cluster", part, { stat = "Average" }]
    ] },
    { title = "Trigger function", metrics = [
      for line in [["Invocations", "Sum"], ["Errors", "Sum"], ["Throttles", "Sum"], ["Duration", "p99"]] :
      ["AWS/Lambda", line[0], "FunctionName", local.trigger, { stat = line[1] }]
    ] },
  ]
}

resource "aws_cloudwatch_dashboard" "project" {
  for_each = var.projects

  dashboard_name = "modelway-${each.key}"
  dashboard_body = jsonencode({ widgets = concat(local.project_widgets[each.key], [local.model_metrics[each.key]]) })
}

resource "aws_cloudwatch_dashboard" "platform" {
  dashboard_name = "modelway"
  dashboard_body = jsonencode({ widgets = [for number, chart in local.platform_charts : {
    type       = "metric", x = 12 * (number % 2), y = 6 * floor(number / 2), width = 12, height = 6
    properties = merge(local.widget, { title = chart.title, metrics = chart.metrics })
  }] })
}
