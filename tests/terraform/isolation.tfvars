# Two projects of which one's name begins as the other's, as do their places in a bucket that both read of.
environment = "dev"
region      = "eu-west-1"
owner       = "ml-platform@example.com"
egress      = "isolated" # with the relay

gitlab = { url = "https://gitlab.example.com", project_path = "platform/ml-ops" }

projects = {
  churn = {
    models     = ["m"]
    emails     = ["churn@example.com"]
    budget_usd = 50
    slots      = 4
    data_sources = {
      sales = { bucket = "sales", prefix = "churn/", account = "210987654321", kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/churn" }
    }
  }
  churn-eu = {
    models     = ["m"]
    emails     = ["eu@example.com"]
    budget_usd = 50
    slots      = 4
    data_sources = {
      sales = { bucket = "sales", prefix = "churn-eu/", account = "210987654321", kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/churn-eu" }
    }
  }
}
