# Keys, queues and streams
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_kms_key" "kms_01_ok_yes" {
  enable_key_rotation = true
}

resource "aws_kms_key" "kms_01_bad_no" {
  enable_key_rotation = false
}

resource "aws_kms_key" "kms_01_bad_silent" {
}

resource "aws_kms_key" "kms_01_aside_signing" {
  customer_master_key_spec = "RSA_2048"
  key_usage                = "SIGN_VERIFY"
}

resource "aws_kms_key" "kms_02_ok_account" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:root"
      }
      Action = "kms:*"
      Resource = "*"
    }]
  })
}

resource "aws_kms_key" "kms_02_ok_silent" {
}

resource "aws_kms_key" "kms_02_bad_everyone" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "*"
      }
      Action = "kms:*"
      Resource = "*"
    }]
  })
}

resource "aws_secretsmanager_secret" "secret_01_ok_keyed" {
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_secretsmanager_secret" "secret_01_bad_silent" {
}

resource "aws_secretsmanager_secret" "secret_02_ok_rotated" {
}

resource "aws_secretsmanager_secret_rotation" "secret_02_ok_rotated" {
  secret_id = aws_secretsmanager_secret.secret_02_ok_rotated.id
  rotation_rules {
    automatically_after_days = 30
  }
}

resource "aws_secretsmanager_secret" "secret_02_bad_never" {
}

resource "aws_ssm_parameter" "ssm_01_ok_secure" {
  name = "/app/db_password"
  type = "SecureString"
}

resource "aws_ssm_parameter" "ssm_01_bad_plain" {
  name = "/app/db_password"
  type = "String"
}

resource "aws_ssm_parameter" "ssm_01_aside_size" {
  name = "/app/size"
  type = "String"
}

resource "aws_sqs_queue" "sqs_01_ok_key" {
  sqs_managed_sse_enabled = false
  kms_master_key_id       = "alias/queue"
}

resource "aws_sqs_queue" "sqs_01_ok_managed" {
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue" "sqs_01_ok_silent" {
}

resource "aws_sqs_queue" "sqs_01_bad_off" {
  sqs_managed_sse_enabled = false
}

resource "aws_sqs_queue_policy" "sqs_02_ok_role" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "arn:aws:iam::111122223333:role/app"
      }
      Action = "sqs:SendMessage"
    }]
  })
}

resource "aws_sqs_queue_policy" "sqs_02_ok_topic" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = "*"
      Action = "sqs:SendMessage"
      Condition = {
        ArnEquals = {
          "aws:SourceArn" = "arn:aws:sns:eu-west-1:111122223333:t"
        }
      }
    }]
  })
}

resource "aws_sqs_queue_policy" "sqs_02_bad_everyone" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = "*"
      Action = "sqs:SendMessage"
    }]
  })
}

resource "aws_sqs_queue" "sqs_02_ok_silent" {
}

resource "aws_sqs_queue" "sqs_02_bad_everyone" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = "*"
      Action = "sqs:SendMessage"
    }]
  })
}

resource "aws_sns_topic" "sns_01_ok_keyed" {
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_sns_topic" "sns_01_bad_silent" {
}

resource "aws_sns_topic_policy" "sns_02_ok_account" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "111122223333"
      }
      Action = "sns:Publish"
    }]
  })
}

resource "aws_sns_topic_policy" "sns_02_ok_bucket" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = "*"
      Action = "sns:Publish"
      Condition = {
        ArnEquals = {
          "aws:SourceArn" = "arn:aws:s3:::b"
        }
      }
    }]
  })
}

resource "aws_sns_topic_policy" "sns_02_bad_everyone" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "*"
      }
      Action = "sns:Subscribe"
    }]
  })
}

resource "aws_kinesis_stream" "kinesis_01_ok_yes" {
  encryption_type = "KMS"
}

resource "aws_kinesis_stream" "kinesis_01_bad_no" {
  encryption_type = "NONE"
}

resource "aws_kinesis_stream" "kinesis_01_bad_silent" {
}

resource "aws_kinesis_firehose_delivery_stream" "kinesis_02_ok_yes" {
  server_side_encryption {
    enabled = true
  }
}

resource "aws_kinesis_firehose_delivery_stream" "kinesis_02_bad_no" {
  server_side_encryption {
    enabled = false
  }
}

resource "aws_kinesis_firehose_delivery_stream" "kinesis_02_bad_silent" {
}

resource "aws_kinesis_firehose_delivery_stream" "kinesis_02_aside_fed" {
  kinesis_source_configuration {
    kinesis_stream_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
  }
}

resource "aws_msk_cluster" "msk_01_ok_tls" {
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }
}

resource "aws_msk_cluster" "msk_01_ok_silent" {
}

resource "aws_msk_cluster" "msk_01_bad_both" {
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS_PLAINTEXT"
    }
  }
}

resource "aws_msk_cluster" "msk_01_bad_among" {
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = false
    }
  }
}

resource "aws_msk_cluster" "msk_02_ok_yes" {
  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled = true
      }
    }
  }
}

resource "aws_msk_cluster" "msk_02_bad_off" {
  logging_info {
    broker_logs {
      s3 {
        enabled = false
      }
    }
  }
}

resource "aws_msk_cluster" "msk_02_bad_silent" {
}
