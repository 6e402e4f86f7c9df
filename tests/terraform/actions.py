"""Which right of IAM's an operation of AWS's needs: mostly its own name."""

# Signing name -> prefix of its rights. https://docs.aws.amazon.com/service-authorization/latest/reference/
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "email": "ses"}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3 = {
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "HeadObject": "GetObject",
    "DeleteObjects": "DeleteObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
}

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html: one right to look at a
# budget and one to change it, with its notifications and their subscribers.
BUDGETS = {
    "DescribeBudget": "ViewBudget",
    "DescribeBudgets": "ViewBudget",
    "DescribeNotificationsForBudget": "ViewBudget",
    "DescribeSubscribersForNotification": "ViewBudget",
    "CreateBudget": "ModifyBudget",
    "UpdateBudget": "ModifyBudget",
    "DeleteBudget": "ModifyBudget",
    "CreateNotification": "ModifyBudget",
    "DeleteNotification": "ModifyBudget",
}

# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: "Required permission: lambda:InvokeFunction"
LAMBDA = {"Invoke": "InvokeFunction"}

# Prefix -> operation -> right, where the two differ.
EXCEPTIONS = {"s3": S3, "budgets": BUDGETS, "lambda": LAMBDA}


def action_of(service: str, operation: str) -> str:
    """`cloudwatch:PutDashboard` for PutDashboard of `monitoring`, the name that a request is signed for."""
    prefix = PREFIXES.get(service, service)
    return f"{prefix}:{EXCEPTIONS.get(prefix, {}).get(operation, operation)}"
