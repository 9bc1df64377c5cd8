# Data
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "azurerm_storage_account" "storage_01_ok_only" {
  https_traffic_only_enabled = true
}

resource "azurerm_storage_account" "storage_01_ok_silent" {
}

resource "azurerm_storage_account" "storage_01_bad_not" {
  https_traffic_only_enabled = false
}

resource "azurerm_storage_account" "storage_01_bad_older" {
  enable_https_traffic_only = false
}

resource "azurerm_storage_account" "storage_02_ok_new" {
  min_tls_version = "TLS1_2"
}

resource "azurerm_storage_account" "storage_02_ok_silent" {
}

resource "azurerm_storage_account" "storage_02_bad_old" {
  min_tls_version = "TLS1_0"
}

resource "azurerm_storage_account" "storage_03_ok_refused" {
  allow_nested_items_to_be_public = false
}

resource "azurerm_storage_account" "storage_03_bad_allowed" {
  allow_nested_items_to_be_public = true
}

resource "azurerm_storage_account" "storage_03_bad_silent" {
}

resource "azurerm_storage_container" "storage_04_ok_private" {
  container_access_type = "private"
}

resource "azurerm_storage_container" "storage_04_ok_silent" {
}

resource "azurerm_storage_container" "storage_04_bad_blobs" {
  container_access_type = "blob"
}

resource "azurerm_storage_account" "storage_05_ok_inside" {
  network_rules {
    default_action = "Deny"
  }
}

resource "azurerm_storage_account" "storage_05_ok_beside" {
}

resource "azurerm_storage_account_network_rules" "storage_05_ok_beside" {
  storage_account_id = azurerm_storage_account.storage_05_ok_beside.id
  default_action = "Deny"
}

resource "azurerm_storage_account" "storage_05_ok_none" {
  public_network_access_enabled = false
}

resource "azurerm_storage_account" "storage_05_bad_allowed" {
  network_rules {
    default_action = "Allow"
  }
}

resource "azurerm_storage_account" "storage_05_bad_silent" {
}

resource "azurerm_storage_account" "storage_06_ok_off" {
  shared_access_key_enabled = false
}

resource "azurerm_storage_account" "storage_06_bad_on" {
  shared_access_key_enabled = true
}

resource "azurerm_storage_account" "storage_06_bad_silent" {
}

resource "azurerm_storage_account" "storage_07_ok_kept" {
  blob_properties {
    delete_retention_policy {
      days = 30
    }
  }
}

resource "azurerm_storage_account" "storage_07_bad_not" {
  blob_properties {
    versioning_enabled = true
  }
}

resource "azurerm_storage_account" "storage_07_bad_silent" {
}

resource "azurerm_storage_account" "storage_08_ok_inside" {
  customer_managed_key {
    key_vault_key_id = "k"
  }
}

resource "azurerm_storage_account" "storage_08_ok_beside" {
}

resource "azurerm_storage_account_customer_managed_key" "storage_08_ok_beside" {
  storage_account_id = azurerm_storage_account.storage_08_ok_beside.id
  key_name = "k"
}

resource "azurerm_storage_account" "storage_08_bad_silent" {
}

resource "azurerm_mssql_server" "sql_01_ok_closed" {
  public_network_access_enabled = false
}

resource "azurerm_mssql_server" "sql_01_bad_open" {
  public_network_access_enabled = true
}

resource "azurerm_mssql_server" "sql_01_bad_silent" {
}

resource "azurerm_cosmosdb_account" "sql_01_ok_closed" {
  public_network_access_enabled = false
}

resource "azurerm_cosmosdb_account" "sql_01_bad_silent" {
}

resource "azurerm_mssql_server" "sql_02_ok_new" {
  minimum_tls_version = "1.2"
}

resource "azurerm_mssql_server" "sql_02_ok_silent" {
}

resource "azurerm_mssql_server" "sql_02_bad_old" {
  minimum_tls_version = "1.0"
}

resource "azurerm_postgresql_server" "sql_02_ok_enforced" {
  ssl_enforcement_enabled = true
}

resource "azurerm_postgresql_server" "sql_02_bad_not" {
  ssl_enforcement_enabled = false
}

resource "azurerm_mssql_firewall_rule" "sql_03_ok_office" {
  start_ip_address = "203.0.113.1"
  end_ip_address   = "203.0.113.9"
}

resource "azurerm_mssql_firewall_rule" "sql_03_bad_everyone" {
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_mssql_server" "sql_04_ok_audited" {
}

resource "azurerm_mssql_server_extended_auditing_policy" "sql_04_ok_audited" {
  server_id = azurerm_mssql_server.sql_04_ok_audited.id
  retention_in_days = 365
}

resource "azurerm_mssql_server" "sql_04_bad_silent" {
}

resource "azurerm_redis_cache" "redis_01_ok_off" {
  non_ssl_port_enabled = false
}

resource "azurerm_redis_cache" "redis_01_ok_silent" {
}

resource "azurerm_redis_cache" "redis_01_bad_on" {
  non_ssl_port_enabled = true
}

resource "azurerm_redis_cache" "redis_01_bad_older" {
  enable_non_ssl_port = true
}

resource "azurerm_key_vault" "vault_01_ok_yes" {
  purge_protection_enabled = true
}

resource "azurerm_key_vault" "vault_01_bad_no" {
  purge_protection_enabled = false
}

resource "azurerm_key_vault" "vault_01_bad_silent" {
}

resource "azurerm_key_vault" "vault_02_ok_denied" {
  network_acls {
    default_action = "Deny"
  }
}

resource "azurerm_key_vault" "vault_02_bad_allowed" {
  network_acls {
    default_action = "Allow"
  }
}

resource "azurerm_key_vault" "vault_02_bad_silent" {
}

resource "azurerm_key_vault_key" "vault_03_ok_ends" {
  expiration_date = "2027-01-01T00:00:00Z"
}

resource "azurerm_key_vault_key" "vault_03_bad_silent" {
}

resource "azurerm_managed_disk" "disk_01_ok_ours" {
  disk_encryption_set_id = "d"
}

resource "azurerm_managed_disk" "disk_01_bad_silent" {
}

resource "azurerm_container_registry" "registry_01_ok_off" {
  admin_enabled = false
}

resource "azurerm_container_registry" "registry_01_ok_silent" {
}

resource "azurerm_container_registry" "registry_01_bad_on" {
  admin_enabled = true
}

resource "azurerm_container_registry" "registry_01_bad_open" {
  anonymous_pull_enabled = true
}

resource "azurerm_container_registry" "registry_02_ok_closed" {
  public_network_access_enabled = false
}

resource "azurerm_container_registry" "registry_02_bad_open" {
  public_network_access_enabled = true
}

resource "azurerm_container_registry" "registry_02_bad_silent" {
}
