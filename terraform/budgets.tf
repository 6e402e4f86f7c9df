# A month's cost of a project, by the tag that all its jobs and endpoints carry. Once an organisation, `project` has to be
# activated as a cost-allocation tag (Billing > Cost allocation tags); until then these budgets stay at 0.
resource "aws_budgets_budget" "project" {
  for_each = var.projects

  name         = "modelway-${each.key}"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(each.value.budget_usd)
  limit_unit   = "USD"
  tags         = { project = each.key }

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:project$%s", each.key)]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = each.value.emails
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "FORECASTED"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = each.value.emails
  }
}
