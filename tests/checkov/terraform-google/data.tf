# Data
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "google_storage_bucket_iam_member" "gcs_01_ok_account" {
  member = "serviceAccount:app@acme.iam.gserviceaccount.com"
}

resource "google_storage_bucket_iam_member" "gcs_01_bad_everyone" {
  member = "allUsers"
}

resource "google_storage_bucket_iam_binding" "gcs_01_ok_group" {
  members = ["group:ml@acme.example"]
}

resource "google_storage_bucket_iam_binding" "gcs_01_bad_everyone" {
  members = ["group:ml@acme.example", "allAuthenticatedUsers"]
}

resource "google_storage_bucket" "gcs_02_ok_yes" {
  uniform_bucket_level_access = true
}

resource "google_storage_bucket" "gcs_02_bad_no" {
  uniform_bucket_level_access = false
}

resource "google_storage_bucket" "gcs_02_bad_silent" {
}

resource "google_storage_bucket" "gcs_03_ok_enforced" {
  public_access_prevention = "enforced"
}

resource "google_storage_bucket" "gcs_03_bad_inherited" {
  public_access_prevention = "inherited"
}

resource "google_storage_bucket" "gcs_03_bad_silent" {
}

resource "google_storage_bucket" "gcs_04_ok_yes" {
  versioning {
    enabled = true
  }
}

resource "google_storage_bucket" "gcs_04_bad_no" {
  versioning {
    enabled = false
  }
}

resource "google_storage_bucket" "gcs_04_bad_silent" {
}

resource "google_storage_bucket" "gcs_05_ok_logged" {
  logging {
    log_bucket = "logs"
  }
}

resource "google_storage_bucket" "gcs_05_bad_silent" {
}

resource "google_storage_bucket" "gcs_06_bad_theirs" {
}

resource "google_sql_database_instance" "sql_01_ok_private" {
  settings {
    ip_configuration {
      ipv4_enabled = false
    }
  }
}

resource "google_sql_database_instance" "sql_01_ok_office" {
  settings {
    ip_configuration {
      authorized_networks {
        value = "203.0.113.0/24"
      }
    }
  }
}

resource "google_sql_database_instance" "sql_01_bad_everyone" {
  settings {
    ip_configuration {
      authorized_networks {
        value = "0.0.0.0/0"
      }
    }
  }
}

resource "google_sql_database_instance" "sql_02_ok_private" {
  settings {
    ip_configuration {
      ipv4_enabled = false
    }
  }
}

resource "google_sql_database_instance" "sql_02_bad_public" {
  settings {
    ip_configuration {
      ipv4_enabled = true
    }
  }
}

resource "google_sql_database_instance" "sql_02_bad_silent" {
  settings {
    tier = "db-f1-micro"
  }
}

resource "google_sql_database_instance" "sql_03_ok_only" {
  settings {
    ip_configuration {
      ssl_mode = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_sql_database_instance" "sql_03_ok_older" {
  settings {
    ip_configuration {
      require_ssl = true
    }
  }
}

resource "google_sql_database_instance" "sql_03_bad_either" {
  settings {
    ip_configuration {
      ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    }
  }
}

resource "google_sql_database_instance" "sql_03_bad_silent" {
  settings {
    tier = "db-f1-micro"
  }
}

resource "google_sql_database_instance" "sql_04_ok_yes" {
  settings {
    backup_configuration {
      enabled = true
    }
  }
}

resource "google_sql_database_instance" "sql_04_bad_no" {
  settings {
    backup_configuration {
      enabled = false
    }
  }
}

resource "google_sql_database_instance" "sql_04_bad_silent" {
  settings {
    tier = "db-f1-micro"
  }
}

resource "google_sql_database_instance" "sql_04_aside_replica" {
  master_instance_name = "yes"
  settings {
    tier = "db-f1-micro"
  }
}

resource "google_bigquery_dataset" "bigquery_01_ok_owners" {
  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }
}

resource "google_bigquery_dataset" "bigquery_01_bad_everyone" {
  access {
    role          = "READER"
    special_group = "allAuthenticatedUsers"
  }
}

resource "google_bigquery_dataset" "cmek_01_bad_theirs" {
}

resource "google_pubsub_topic" "cmek_01_ok_ours" {
  kms_key_name = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
}

resource "google_pubsub_topic" "cmek_01_bad_theirs" {
}

resource "google_spanner_database" "cmek_01_bad_theirs" {
}

resource "google_artifact_registry_repository_iam_member" "images_01_ok_account" {
  member = "serviceAccount:app@acme.iam.gserviceaccount.com"
}

resource "google_artifact_registry_repository_iam_member" "images_01_bad_everyone" {
  member = "allUsers"
}

resource "google_redis_instance" "redis_01_ok_both" {
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}

resource "google_redis_instance" "redis_01_bad_clear" {
  auth_enabled = true
}

resource "google_redis_instance" "redis_01_bad_silent" {
}

resource "google_kms_crypto_key" "kms_01_ok_quarter" {
  rotation_period = "7776000s"
}

resource "google_kms_crypto_key" "kms_01_bad_year" {
  rotation_period = "31536000s"
}

resource "google_kms_crypto_key" "kms_01_bad_silent" {
}

resource "google_kms_crypto_key" "kms_01_aside_signing" {
  purpose = "ASYMMETRIC_SIGN"
}

resource "google_kms_crypto_key_iam_member" "kms_02_ok_account" {
  member = "serviceAccount:app@acme.iam.gserviceaccount.com"
}

resource "google_kms_crypto_key_iam_member" "kms_02_bad_everyone" {
  member = "allAuthenticatedUsers"
}
