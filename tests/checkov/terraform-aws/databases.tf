# Databases
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_db_instance" "rds_01_ok_yes" {
  storage_encrypted = true
}

resource "aws_db_instance" "rds_01_bad_no" {
  storage_encrypted = false
}

resource "aws_db_instance" "rds_01_bad_silent" {
}

resource "aws_rds_cluster" "rds_01_ok_yes" {
  storage_encrypted = true
}

resource "aws_rds_cluster" "rds_01_ok_serverless" {
  engine_mode = "serverless"
}

resource "aws_rds_cluster" "rds_01_bad_no" {
  storage_encrypted = false
}

resource "aws_rds_cluster" "rds_01_bad_silent" {
}

resource "aws_db_instance" "rds_02_ok_no" {
  publicly_accessible = false
}

resource "aws_db_instance" "rds_02_ok_silent" {
}

resource "aws_db_instance" "rds_02_bad_yes" {
  publicly_accessible = true
}

resource "aws_db_instance" "rds_03_ok_week" {
  backup_retention_period = 7
}

resource "aws_db_instance" "rds_03_bad_never" {
  backup_retention_period = 0
}

resource "aws_db_instance" "rds_03_bad_silent" {
}

resource "aws_db_instance" "rds_03_aside_replica" {
  replicate_source_db = "week"
}

resource "aws_db_instance" "rds_04_ok_yes" {
  deletion_protection = true
}

resource "aws_db_instance" "rds_04_bad_no" {
  deletion_protection = false
}

resource "aws_db_instance" "rds_04_bad_silent" {
}

resource "aws_db_instance" "rds_05_ok_yes" {
  multi_az = true
}

resource "aws_db_instance" "rds_05_bad_no" {
  multi_az = false
}

resource "aws_db_instance" "rds_05_bad_silent" {
}

resource "aws_db_instance" "rds_06_ok_yes" {
  engine                              = "postgres"
  iam_database_authentication_enabled = true
}

resource "aws_db_instance" "rds_06_bad_no" {
  engine                              = "mysql"
  iam_database_authentication_enabled = false
}

resource "aws_db_instance" "rds_06_bad_silent" {
  engine = "postgres"
}

resource "aws_db_instance" "rds_06_aside_oracle" {
  engine = "oracle-se2"
}

resource "aws_db_instance" "rds_07_ok_on" {
  auto_minor_version_upgrade = true
}

resource "aws_db_instance" "rds_07_ok_silent" {
}

resource "aws_db_instance" "rds_07_bad_off" {
  auto_minor_version_upgrade = false
}

resource "aws_db_instance" "rds_08_ok_two" {
  enabled_cloudwatch_logs_exports = ["audit", "error"]
}

resource "aws_db_instance" "rds_08_bad_empty" {
}

resource "aws_db_instance" "rds_08_bad_silent" {
}

resource "aws_dynamodb_table" "dynamodb_01_ok_on" {
  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "dynamodb_01_bad_off" {
  point_in_time_recovery {
    enabled = false
  }
}

resource "aws_dynamodb_table" "dynamodb_01_bad_silent" {
}

resource "aws_dynamodb_table" "dynamodb_02_ok_ours" {
  server_side_encryption {
    enabled     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
  }
}

resource "aws_dynamodb_table" "dynamodb_02_bad_none" {
  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "dynamodb_02_bad_off" {
  server_side_encryption {
    enabled     = false
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
  }
}

resource "aws_dynamodb_table" "dynamodb_02_bad_silent" {
}

resource "aws_redshift_cluster" "redshift_01_ok_yes" {
  encrypted = true
}

resource "aws_redshift_cluster" "redshift_01_bad_no" {
  encrypted = false
}

resource "aws_redshift_cluster" "redshift_01_open_silent" {
}

resource "aws_redshift_cluster" "redshift_02_ok_private" {
  publicly_accessible = false
}

resource "aws_redshift_cluster" "redshift_02_bad_public" {
  publicly_accessible = true
}

resource "aws_redshift_cluster" "redshift_02_open_silent" {
}

resource "aws_redshift_cluster" "redshift_03_ok_beside" {
}

resource "aws_redshift_logging" "redshift_03_ok_beside" {
  cluster_identifier   = aws_redshift_cluster.redshift_03_ok_beside.id
  log_destination_type = "cloudwatch"
}

resource "aws_redshift_cluster" "redshift_03_ok_inside" {
  logging {
    enable = true
  }
}

resource "aws_redshift_cluster" "redshift_03_bad_off" {
  logging {
    enable = false
  }
}

resource "aws_redshift_cluster" "redshift_03_bad_silent" {
}

resource "aws_elasticache_replication_group" "elasticache_01_ok_yes" {
  at_rest_encryption_enabled = true
}

resource "aws_elasticache_replication_group" "elasticache_01_ok_valkey" {
  engine = "valkey"
}

resource "aws_elasticache_replication_group" "elasticache_01_bad_no" {
  at_rest_encryption_enabled = false
}

resource "aws_elasticache_replication_group" "elasticache_01_bad_silent" {
}

resource "aws_elasticache_replication_group" "elasticache_02_ok_on" {
  transit_encryption_enabled = true
}

resource "aws_elasticache_replication_group" "elasticache_02_bad_off" {
  transit_encryption_enabled = false
}

resource "aws_elasticache_replication_group" "elasticache_02_bad_silent" {
}

resource "aws_elasticache_replication_group" "elasticache_03_ok_users" {
  user_group_ids = ["app"]
}

resource "aws_elasticache_replication_group" "elasticache_03_bad_silent" {
}

resource "aws_opensearch_domain" "opensearch_01_ok_yes" {
  encrypt_at_rest {
    enabled = true
  }
}

resource "aws_opensearch_domain" "opensearch_01_bad_no" {
  encrypt_at_rest {
    enabled = false
  }
}

resource "aws_opensearch_domain" "opensearch_01_bad_silent" {
}

resource "aws_elasticsearch_domain" "opensearch_01_ok_yes" {
  encrypt_at_rest {
    enabled = true
  }
}

resource "aws_elasticsearch_domain" "opensearch_01_bad_silent" {
}

resource "aws_opensearch_domain" "opensearch_02_ok_on" {
  node_to_node_encryption {
    enabled = true
  }
}

resource "aws_opensearch_domain" "opensearch_02_bad_off" {
  node_to_node_encryption {
    enabled = false
  }
}

resource "aws_opensearch_domain" "opensearch_02_bad_silent" {
}

resource "aws_opensearch_domain" "opensearch_03_ok_block" {
  domain_endpoint_options {
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
}

resource "aws_opensearch_domain" "opensearch_03_ok_yes" {
  domain_endpoint_options {
    enforce_https = true
  }
}

resource "aws_opensearch_domain" "opensearch_03_bad_no" {
  domain_endpoint_options {
    enforce_https = false
  }
}

resource "aws_opensearch_domain" "opensearch_03_bad_silent" {
}

resource "aws_opensearch_domain" "opensearch_04_ok_inside" {
  vpc_options {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_opensearch_domain" "opensearch_04_bad_outside" {
}

resource "aws_opensearch_domain" "opensearch_05_ok_yes" {
  log_publishing_options {
    log_type = "AUDIT_LOGS"
  }
}

resource "aws_opensearch_domain" "opensearch_05_bad_off" {
  log_publishing_options {
    log_type = "AUDIT_LOGS"
    enabled  = false
  }
}

resource "aws_opensearch_domain" "opensearch_05_bad_silent" {
}

resource "aws_docdb_cluster" "docdb_01_ok_yes" {
  storage_encrypted = true
}

resource "aws_docdb_cluster" "docdb_01_bad_no" {
  storage_encrypted = false
}

resource "aws_docdb_cluster" "docdb_01_bad_silent" {
}

resource "aws_neptune_cluster" "neptune_01_ok_yes" {
  storage_encrypted = true
}

resource "aws_neptune_cluster" "neptune_01_bad_no" {
  storage_encrypted = false
}

resource "aws_neptune_cluster" "neptune_01_bad_silent" {
}
