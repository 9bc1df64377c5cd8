# What runs
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "azurerm_network_security_rule" "net_01_ok_office" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_address_prefix  = "10.0.0.0/8"
  destination_port_range = "22"
}

resource "azurerm_network_security_rule" "net_01_ok_https" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_address_prefix  = "*"
  destination_port_range = "443"
}

resource "azurerm_network_security_rule" "net_01_ok_denied" {
  direction              = "Inbound"
  access                 = "Deny"
  protocol               = "Tcp"
  source_address_prefix  = "*"
  destination_port_range = "22"
}

resource "azurerm_network_security_rule" "net_01_bad_ssh" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_address_prefix  = "Internet"
  destination_port_range = "22"
}

resource "azurerm_network_security_rule" "net_01_bad_range" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_address_prefix  = "*"
  destination_port_range = "1-1024"
}

resource "azurerm_network_security_rule" "net_01_bad_everything" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "*"
  source_address_prefix  = "*"
  destination_port_range = "*"
}

resource "azurerm_network_security_rule" "net_01_bad_several" {
  direction               = "Inbound"
  access                  = "Allow"
  protocol                = "Tcp"
  source_address_prefix   = "*"
  destination_port_ranges = ["80", "22"]
}

resource "azurerm_network_security_group" "net_01_ok_https" {
  security_rule {
    direction              = "Inbound"
    access                 = "Allow"
    protocol               = "Tcp"
    source_address_prefix  = "*"
    destination_port_range = "443"
  }
}

resource "azurerm_network_security_group" "net_01_bad_ssh" {
  security_rule {
    direction              = "Inbound"
    access                 = "Allow"
    protocol               = "Tcp"
    source_address_prefix  = "*"
    destination_port_range = "22"
  }
}

resource "azurerm_network_security_rule" "net_02_ok_office" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_address_prefix  = "10.0.0.0/8"
  destination_port_range = "3389"
}

resource "azurerm_network_security_rule" "net_02_bad_rdp" {
  direction              = "Inbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_address_prefix  = "*"
  destination_port_range = "3389"
}

resource "azurerm_network_watcher_flow_log" "net_03_ok_quarter" {
  enabled = true
  retention_policy {
    enabled = true
    days    = 90
  }
}

resource "azurerm_network_watcher_flow_log" "net_03_ok_ever" {
  enabled = true
  retention_policy {
    enabled = true
    days    = 0
  }
}

resource "azurerm_network_watcher_flow_log" "net_03_bad_week" {
  enabled = true
  retention_policy {
    enabled = true
    days    = 7
  }
}

resource "azurerm_network_watcher_flow_log" "net_03_bad_off" {
  enabled = false
  retention_policy {
    enabled = true
    days    = 90
  }
}

resource "azurerm_linux_virtual_machine" "vm_01_ok_keys" {
  disable_password_authentication = true
}

resource "azurerm_linux_virtual_machine" "vm_01_ok_silent" {
}

resource "azurerm_linux_virtual_machine" "vm_01_bad_passwords" {
  disable_password_authentication = false
}

resource "azurerm_virtual_machine" "vm_01_ok_keys" {
  os_profile_linux_config {
    disable_password_authentication = true
  }
}

resource "azurerm_virtual_machine" "vm_01_bad_passwords" {
  os_profile_linux_config {
    disable_password_authentication = false
  }
}

resource "azurerm_linux_virtual_machine" "vm_02_ok_yes" {
  encryption_at_host_enabled = true
}

resource "azurerm_linux_virtual_machine" "vm_02_bad_no" {
  encryption_at_host_enabled = false
}

resource "azurerm_linux_virtual_machine" "vm_02_bad_silent" {
}

resource "azurerm_windows_virtual_machine" "vm_02_ok_yes" {
  encryption_at_host_enabled = true
}

resource "azurerm_windows_virtual_machine" "vm_02_bad_no" {
  encryption_at_host_enabled = false
}

resource "azurerm_windows_virtual_machine" "vm_02_bad_silent" {
}

resource "azurerm_linux_virtual_machine_scale_set" "vm_02_ok_yes" {
  encryption_at_host_enabled = true
}

resource "azurerm_linux_virtual_machine_scale_set" "vm_02_bad_silent" {
}

resource "azurerm_kubernetes_cluster" "aks_01_ok_on" {
  role_based_access_control_enabled = true
}

resource "azurerm_kubernetes_cluster" "aks_01_ok_silent" {
}

resource "azurerm_kubernetes_cluster" "aks_01_bad_off" {
  role_based_access_control_enabled = false
}

resource "azurerm_kubernetes_cluster" "aks_02_ok_private" {
  private_cluster_enabled = true
}

resource "azurerm_kubernetes_cluster" "aks_02_ok_office" {
  api_server_access_profile {
    authorized_ip_ranges = ["203.0.113.0/24"]
  }
}

resource "azurerm_kubernetes_cluster" "aks_02_bad_silent" {
}

resource "azurerm_kubernetes_cluster" "aks_03_ok_calico" {
  network_profile {
    network_policy = "calico"
  }
}

resource "azurerm_kubernetes_cluster" "aks_03_bad_none" {
  network_profile {
    network_plugin = "azure"
  }
}

resource "azurerm_kubernetes_cluster" "aks_03_bad_silent" {
}

resource "azurerm_kubernetes_cluster" "aks_04_ok_disabled" {
  local_account_disabled = true
}

resource "azurerm_kubernetes_cluster" "aks_04_bad_enabled" {
  local_account_disabled = false
}

resource "azurerm_kubernetes_cluster" "aks_04_bad_silent" {
}

resource "azurerm_linux_web_app" "app_01_ok_only" {
  https_only = true
}

resource "azurerm_linux_web_app" "app_01_bad_not" {
  https_only = false
}

resource "azurerm_linux_web_app" "app_01_bad_silent" {
}

resource "azurerm_linux_web_app" "app_02_ok_new" {
  site_config {
    minimum_tls_version = "1.2"
  }
}

resource "azurerm_linux_web_app" "app_02_ok_silent" {
  site_config {
    always_on = true
  }
}

resource "azurerm_linux_web_app" "app_02_bad_old" {
  site_config {
    minimum_tls_version = "1.0"
  }
}

resource "azurerm_cognitive_account" "ai_01_ok_closed" {
  kind                          = "OpenAI"
  public_network_access_enabled = false
}

resource "azurerm_cognitive_account" "ai_01_bad_open" {
  kind                          = "OpenAI"
  public_network_access_enabled = true
}

resource "azurerm_cognitive_account" "ai_01_bad_silent" {
  kind = "OpenAI"
}

resource "azurerm_machine_learning_workspace" "ai_01_ok_closed" {
  public_network_access_enabled = false
}

resource "azurerm_machine_learning_workspace" "ai_01_bad_silent" {
}

resource "azurerm_cognitive_account" "ai_02_ok_off" {
  local_auth_enabled = false
}

resource "azurerm_cognitive_account" "ai_02_bad_on" {
  local_auth_enabled = true
}

resource "azurerm_cognitive_account" "ai_02_bad_silent" {
}

resource "azurerm_cognitive_account" "ai_03_ok_ours" {
  customer_managed_key {
    key_vault_key_id = "k"
  }
}

resource "azurerm_cognitive_account" "ai_03_bad_theirs" {
}

resource "azurerm_machine_learning_workspace" "ai_03_ok_ours" {
  encryption {
    key_id = "k"
  }
}

resource "azurerm_machine_learning_workspace" "ai_03_bad_theirs" {
}

resource "azurerm_machine_learning_compute_cluster" "ai_04_ok_off" {
  local_auth_enabled = false
}

resource "azurerm_machine_learning_compute_cluster" "ai_04_bad_on" {
  local_auth_enabled = true
}

resource "azurerm_machine_learning_compute_cluster" "ai_04_bad_silent" {
}

resource "azurerm_machine_learning_compute_instance" "ai_05_ok_without" {
  node_public_ip_enabled = false
}

resource "azurerm_machine_learning_compute_instance" "ai_05_bad_with" {
  node_public_ip_enabled = true
}

resource "azurerm_machine_learning_compute_instance" "ai_05_bad_silent" {
}

resource "azurerm_log_analytics_workspace" "logs_01_ok_year" {
  retention_in_days = 365
}

resource "azurerm_log_analytics_workspace" "logs_01_bad_month" {
  retention_in_days = 30
}

resource "azurerm_log_analytics_workspace" "logs_01_bad_silent" {
}

resource "azurerm_role_definition" "iam_01_ok_reader" {
  permissions {
    actions = ["Microsoft.Storage/*/read"]
  }
}

resource "azurerm_role_definition" "iam_01_bad_everything" {
  permissions {
    actions = ["*"]
  }
}

resource "azurerm_role_assignment" "iam_02_ok_reader" {
  role_definition_name = "Reader"
  scope                = "/subscriptions/1"
}

resource "azurerm_role_assignment" "iam_02_ok_group" {
  role_definition_name = "Owner"
  scope                = "/subscriptions/1/resourceGroups/app"
}

resource "azurerm_role_assignment" "iam_02_bad_owner" {
  role_definition_name = "Owner"
  scope                = "/subscriptions/1"
}
