# Storage
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_s3_bucket" "s3_01_ok_closed" {
}

resource "aws_s3_bucket_public_access_block" "s3_01_ok_closed" {
  bucket = aws_s3_bucket.s3_01_ok_closed.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket" "s3_01_bad_half" {
}

resource "aws_s3_bucket_public_access_block" "s3_01_bad_half" {
  bucket = aws_s3_bucket.s3_01_bad_half.id
  block_public_acls   = true
  block_public_policy = true
}

resource "aws_s3_bucket" "s3_01_bad_open" {
}

resource "aws_s3_bucket" "s3_02_ok_silent" {
}

resource "aws_s3_bucket" "s3_02_ok_private" {
  acl = "private"
}

resource "aws_s3_bucket" "s3_02_bad_public" {
  acl = "public-read"
}

resource "aws_s3_bucket" "s3_02_bad_granted" {
  grant {
    uri = "http://acs.amazonaws.com/groups/global/AllUsers"
  }
}

resource "aws_s3_bucket_acl" "s3_02_ok_private" {
  acl = "private"
}

resource "aws_s3_bucket_acl" "s3_02_bad_writable" {
  acl = "public-read-write"
}

resource "aws_s3_bucket_acl" "s3_02_bad_granted" {
  access_control_policy {
    grant {
      grantee {
        uri = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
      }
    }
  }
}

resource "aws_s3_bucket_policy" "s3_03_ok_role" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:role/app"
      }
      Action = "s3:GetObject"
      Resource = "*"
    }]
  })
}

resource "aws_s3_bucket_policy" "s3_03_ok_denied" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect = "Deny"
      Principal = "*"
      Action = "s3:*"
      Resource = "*"
    }
  })
}

resource "aws_s3_bucket_policy" "s3_03_bad_everyone" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect = "Allow"
      Principal = "*"
      Action = "s3:GetObject"
      Resource = "*"
    }
  })
}

resource "aws_s3_bucket_policy" "s3_03_bad_listed" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = ["*"]
      }
      Action = "s3:GetObject"
      Resource = "*"
    }]
  })
}

resource "aws_s3_bucket_policy" "s3_03_bad_all_but" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      NotPrincipal = {
        AWS = "arn:aws:iam::111122223333:root"
      }
      Action = "s3:GetObject"
      Resource = "*"
    }]
  })
}

resource "aws_s3_bucket" "s3_04_ok_split" {
}

resource "aws_s3_bucket_server_side_encryption_configuration" "s3_04_ok_split" {
  bucket = aws_s3_bucket.s3_04_ok_split.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket" "s3_04_ok_inline" {
  server_side_encryption_configuration {
    rule {
      apply_server_side_encryption_by_default {
        sse_algorithm = "aws:kms:dsse"
      }
    }
  }
}

resource "aws_s3_bucket" "s3_04_bad_own" {
}

resource "aws_s3_bucket_server_side_encryption_configuration" "s3_04_bad_own" {
  bucket = aws_s3_bucket.s3_04_bad_own.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket" "s3_04_bad_silent" {
}

resource "aws_s3_bucket" "s3_05_ok_split" {
}

resource "aws_s3_bucket_versioning" "s3_05_ok_split" {
  bucket = aws_s3_bucket.s3_05_ok_split.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket" "s3_05_ok_inline" {
  versioning {
    enabled = true
  }
}

resource "aws_s3_bucket" "s3_05_bad_suspended" {
}

resource "aws_s3_bucket_versioning" "s3_05_bad_suspended" {
  bucket = aws_s3_bucket.s3_05_bad_suspended.id
  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket" "s3_05_bad_silent" {
}

resource "aws_s3_bucket" "s3_06_ok_split" {
}

resource "aws_s3_bucket_logging" "s3_06_ok_split" {
  bucket = aws_s3_bucket.s3_06_ok_split.id
  target_bucket = "logs"
}

resource "aws_s3_bucket" "s3_06_ok_inline" {
  logging {
    target_bucket = "logs"
  }
}

resource "aws_s3_bucket" "s3_06_bad_silent" {
}

resource "aws_s3_bucket" "s3_07_ok_refuses" {
}

resource "aws_s3_bucket_policy" "s3_07_ok_refuses" {
  bucket = aws_s3_bucket.s3_07_ok_refuses.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Deny"
      Principal = "*"
      Action = "s3:*"
      Resource = "*"
      Condition = {
        Bool = {
          "aws:SecureTransport" = "false"
        }
      }
    }]
  })
}

resource "aws_s3_bucket" "s3_07_bad_other" {
}

resource "aws_s3_bucket_policy" "s3_07_bad_other" {
  bucket = aws_s3_bucket.s3_07_bad_other.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Deny"
      Principal = "*"
      Action = "s3:DeleteBucket"
      Resource = "*"
    }]
  })
}

resource "aws_s3_bucket" "s3_07_bad_none" {
}

resource "aws_s3_bucket" "s3_08_ok_split" {
}

resource "aws_s3_bucket_lifecycle_configuration" "s3_08_ok_split" {
  bucket = aws_s3_bucket.s3_08_ok_split.id
  rule {
    id = "old"
  }
}

resource "aws_s3_bucket" "s3_08_ok_inline" {
  lifecycle_rule {
    enabled = true
  }
}

resource "aws_s3_bucket" "s3_08_bad_silent" {
}

resource "aws_s3_bucket_lifecycle_configuration" "s3_09_ok_week" {
  rule {
    status = "Enabled"
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "s3_09_bad_never" {
  rule {
    status = "Enabled"
    expiration {
      days = 90
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "s3_09_bad_below" {
  rule {
    status = "Enabled"
    filter {
      prefix = "tmp/"
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_ebs_volume" "ebs_01_ok_yes" {
  encrypted = true
}

resource "aws_ebs_volume" "ebs_01_bad_no" {
  encrypted = false
}

resource "aws_ebs_volume" "ebs_01_bad_silent" {
}

resource "aws_ebs_encryption_by_default" "ebs_02_ok_on" {
  enabled = true
}

resource "aws_ebs_encryption_by_default" "ebs_02_ok_silent" {
}

resource "aws_ebs_encryption_by_default" "ebs_02_bad_off" {
  enabled = false
}

resource "aws_efs_file_system" "efs_01_ok_yes" {
  encrypted = true
}

resource "aws_efs_file_system" "efs_01_bad_no" {
  encrypted = false
}

resource "aws_efs_file_system" "efs_01_bad_silent" {
}

resource "aws_backup_vault" "backup_01_ok_keyed" {
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_backup_vault" "backup_01_bad_silent" {
}
