resource "aws_ecr_repository" "model" {
  for_each = local.models

  name = each.key
  # A version's image is what was evaluated and approved: its tag never names another.
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.allow_destroy
  tags                 = { project = each.value.project, model = each.value.model }

  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.project[each.value.project].arn
  }
}

# Versions stay: any trained one may be rolled back to. What no tag names was left by a push that was broken off.
resource "aws_ecr_lifecycle_policy" "model" {
  for_each = local.models

  repository = aws_ecr_repository.model[each.key].name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Images without a tag"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
      action       = { type = "expire" }
    }]
  })
}
