terraform {
  # 1.10 brought the S3 backend its own lock; 1.11 made it final.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100.0"
    }
  }

  # Which bucket holds the state is told at init: environments/{environment}.s3.tfbackend.
  backend "s3" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account == null ? null : [var.account]

  default_tags {
    tags = {
      environment = var.environment
      owner       = var.owner
      managed-by  = "modelway"
    }
  }
}

data "aws_caller_identity" "deployer" {}

data "aws_partition" "home" {}
