# What somebody has to look at. A failed run is told by the run itself, to its project; these are for who keeps the platform.
resource "aws_sns_topic" "alarms" {
  # No project can have this name: it would begin with a hyphen.
  name              = "modelway--alarms"
  display_name      = "Modelway alarms ${var.environment}"
  kms_master_key_id = aws_kms_key.platform.arn
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = setunion([var.owner], var.alarm_emails)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}

data "aws_iam_policy_document" "alarms" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = ["arn:${local.partition}:sns:${var.region}:${local.account}:modelway--alarms"]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.${local.dns}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

# Airflow's scheduler says it of each failed run, whatever has become of the run's own announcements.
resource "aws_cloudwatch_log_metric_filter" "failed_runs" {
  name           = "modelway-failed-runs"
  log_group_name = aws_cloudwatch_log_group.airflow["Scheduler"].name
  pattern        = "\"Marking run <DagRun\" \" failed\""

  metric_transformation {
    namespace     = "Modelway"
    name          = "FailedRuns"
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

locals {
  # One table for all alarms: missing says what no measurement means.
  alarms = merge({
    failed-runs = {
      words      = "DAG runs have failed: see the project's announcements, or Airflow", namespace = "Modelway", metric = "FailedRuns"
      dimensions = {}, statistic = "Sum", above = 0, below = null, seconds = 300, periods = 1, missing = "notBreaching"
    }
    trigger-errors = {
      words      = "The function between GitLab and Airflow fails: see its log", namespace = "AWS/Lambda", metric = "Errors"
      dimensions = { FunctionName = local.trigger }, statistic = "Sum", above = 2, below = null, seconds = 300, periods = 1, missing = "notBreaching"
    }
    trigger-throttled = {
      words      = "The function between GitLab and Airflow is called more often than function_concurrency allows", namespace = "AWS/Lambda", metric = "Throttles"
      dimensions = { FunctionName = local.trigger }, statistic = "Sum", above = 0, below = null, seconds = 300, periods = 1, missing = "notBreaching"
    }
    trigger-slow = {
      words      = "The function between GitLab and Airflow comes near its time-out of 60 s: Airflow answers slowly", namespace = "AWS/Lambda", metric = "Duration"
      dimensions = { FunctionName = local.trigger }, statistic = "Maximum", above = 45000, below = null, seconds = 300, periods = 1, missing = "notBreaching"
    }
    airflow-stands-still = {
      words      = "Airflow's scheduler has no heartbeat: nothing starts", namespace = "AmazonMWAA", metric = "SchedulerHeartbeat"
      dimensions = { Environment = local.mwaa, Function = "Scheduler" }, statistic = "Sum", above = null, below = 1, seconds = 300, periods = 3, missing = "breaching"
    }
    airflow-queue = {
      words      = "Airflow's tasks wait for workers: raise mwaa.max_workers, or lower the projects' slots", namespace = "AmazonMWAA", metric = "QueuedTasks"
      dimensions = { Environment = local.mwaa, Function = "Executor" }, statistic = "Minimum", above = 10, below = null, seconds = 300, periods = 6, missing = "notBreaching"
    }
    }, local.isolated ? {
    slack-undelivered = {
      words      = "Slack did not take cards: they lie in the queue modelway-slack-undelivered", namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = "modelway-slack-undelivered" }, statistic = "Maximum", above = 0, below = null, seconds = 300, periods = 1, missing = "notBreaching"
    }
  } : {})
}

resource "aws_cloudwatch_metric_alarm" "platform" {
  for_each = local.alarms

  alarm_name          = "modelway-${each.key}"
  alarm_description   = each.value.words
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.below == null ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = each.value.below == null ? each.value.above : each.value.below
  period              = each.value.seconds
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
