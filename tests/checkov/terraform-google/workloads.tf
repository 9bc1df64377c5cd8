# What runs
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "google_compute_firewall" "net_01_ok_within" {
  source_ranges = ["10.0.0.0/8"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_compute_firewall" "net_01_ok_https" {
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "net_01_ok_outward" {
  direction = "EGRESS"
  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "net_01_bad_ssh" {
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["80", "22"]
  }
}

resource "google_compute_firewall" "net_01_bad_range" {
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["1-1024"]
  }
}

resource "google_compute_firewall" "net_01_bad_everything" {
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "net_02_ok_within" {
  source_ranges = ["10.0.0.0/8"]
  allow {
    protocol = "tcp"
    ports    = ["3389"]
  }
}

resource "google_compute_firewall" "net_02_bad_rdp" {
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["3389"]
  }
}

resource "google_compute_subnetwork" "net_03_ok_logged" {
  log_config {
    flow_sampling = 0.5
  }
}

resource "google_compute_subnetwork" "net_03_bad_silent" {
}

resource "google_compute_subnetwork" "net_03_aside_proxy" {
  purpose = "REGIONAL_MANAGED_PROXY"
}

resource "google_compute_subnetwork" "net_04_ok_on" {
  private_ip_google_access = true
}

resource "google_compute_subnetwork" "net_04_bad_off" {
  private_ip_google_access = false
}

resource "google_compute_subnetwork" "net_04_bad_silent" {
}

resource "google_compute_instance" "vm_01_ok_without" {
  network_interface {
    network = "n"
  }
}

resource "google_compute_instance" "vm_01_bad_with" {
  network_interface {
    network = "n"
    access_config {
      nat_ip = "203.0.113.1"
    }
  }
}

resource "google_compute_instance" "vm_02_ok_own" {
  service_account {
    email  = "app@acme.iam.gserviceaccount.com"
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "vm_02_ok_narrow" {
  service_account {
    scopes = ["storage-ro"]
  }
}

resource "google_compute_instance" "vm_02_bad_all" {
  service_account {
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "vm_03_ok_shielded" {
  shielded_instance_config {
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }
}

resource "google_compute_instance" "vm_03_bad_half" {
  shielded_instance_config {
    enable_vtpm                 = true
    enable_integrity_monitoring = false
  }
}

resource "google_compute_instance" "vm_03_bad_silent" {
}

resource "google_compute_instance" "vm_04_ok_silent" {
  metadata = { "a" = "b" }
}

resource "google_compute_instance" "vm_04_bad_on" {
  metadata = { "serial-port-enable" = "TRUE" }
}

resource "google_compute_instance" "vm_05_ok_blocked" {
  metadata = { "block-project-ssh-keys" = true }
}

resource "google_compute_instance" "vm_05_bad_silent" {
  metadata = { "a" = "b" }
}

resource "google_compute_instance" "vm_06_ok_off" {
  can_ip_forward = false
}

resource "google_compute_instance" "vm_06_ok_silent" {
}

resource "google_compute_instance" "vm_06_bad_on" {
  can_ip_forward = true
}

resource "google_container_cluster" "gke_01_ok_private" {
  private_cluster_config {
    enable_private_nodes = true
  }
}

resource "google_container_cluster" "gke_01_bad_public" {
  private_cluster_config {
    enable_private_nodes = false
  }
}

resource "google_container_cluster" "gke_01_bad_silent" {
}

resource "google_container_cluster" "gke_02_ok_office" {
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "203.0.113.0/24"
    }
  }
}

resource "google_container_cluster" "gke_02_bad_everyone" {
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "0.0.0.0/0"
    }
  }
}

resource "google_container_cluster" "gke_02_bad_silent" {
}

resource "google_container_cluster" "gke_03_ok_off" {
  enable_legacy_abac = false
}

resource "google_container_cluster" "gke_03_ok_silent" {
}

resource "google_container_cluster" "gke_03_bad_on" {
  enable_legacy_abac = true
}

resource "google_container_cluster" "gke_04_ok_newer" {
  datapath_provider = "ADVANCED_DATAPATH"
}

resource "google_container_cluster" "gke_04_ok_older" {
  network_policy {
    enabled = true
  }
}

resource "google_container_cluster" "gke_04_bad_silent" {
}

resource "google_container_node_pool" "gke_05_ok_hidden" {
  node_config {
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }
}

resource "google_container_node_pool" "gke_05_bad_open" {
  node_config {
    workload_metadata_config {
      mode = "GCE_METADATA"
    }
  }
}

resource "google_container_node_pool" "gke_05_bad_silent" {
  node_config {
    machine_type = "e2-small"
  }
}

resource "google_container_cluster" "gke_06_ok_enforced" {
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }
}

resource "google_container_cluster" "gke_06_bad_disabled" {
  binary_authorization {
    evaluation_mode = "DISABLED"
  }
}

resource "google_container_cluster" "gke_06_bad_silent" {
}

resource "google_container_cluster" "gke_07_ok_yes" {
  database_encryption {
    state    = "ENCRYPTED"
    key_name = "k"
  }
}

resource "google_container_cluster" "gke_07_bad_no" {
  database_encryption {
    state = "DECRYPTED"
  }
}

resource "google_container_cluster" "gke_07_bad_silent" {
}

resource "google_cloud_run_service_iam_member" "run_01_ok_account" {
  member = "serviceAccount:app@acme.iam.gserviceaccount.com"
}

resource "google_cloud_run_service_iam_member" "run_01_bad_everyone" {
  member = "allUsers"
}

resource "google_workbench_instance" "vertex_01_ok_without" {
  gce_setup {
    disable_public_ip = true
  }
}

resource "google_workbench_instance" "vertex_01_bad_with" {
  gce_setup {
    disable_public_ip = false
  }
}

resource "google_workbench_instance" "vertex_01_bad_silent" {
  gce_setup {
    machine_type = "e2-standard-4"
  }
}

resource "google_notebooks_instance" "vertex_01_ok_without" {
  no_public_ip = true
}

resource "google_notebooks_instance" "vertex_01_bad_silent" {
}

resource "google_vertex_ai_dataset" "vertex_02_bad_theirs" {
}

resource "google_vertex_ai_endpoint" "vertex_02_ok_ours" {
  encryption_spec {
    kms_key_name = "k"
  }
}

resource "google_vertex_ai_endpoint" "vertex_02_bad_theirs" {
}

resource "google_vertex_ai_endpoint" "vertex_03_ok_peered" {
  network = "projects/1/global/networks/n"
}

resource "google_vertex_ai_endpoint" "vertex_03_ok_connected" {
  private_service_connect_config {
    enable_private_service_connect = true
  }
}

resource "google_vertex_ai_endpoint" "vertex_03_bad_public" {
}

resource "google_vertex_ai_endpoint" "vertex_04_ok_yes" {
  predict_request_response_logging_config {
    enabled       = true
    sampling_rate = 1
  }
}

resource "google_vertex_ai_endpoint" "vertex_04_bad_no" {
  predict_request_response_logging_config {
    enabled = false
  }
}

resource "google_vertex_ai_endpoint" "vertex_04_bad_silent" {
}

resource "google_logging_project_bucket_config" "logs_01_ok_year" {
  retention_days = 365
}

resource "google_logging_project_bucket_config" "logs_01_bad_month" {
  retention_days = 30
}

resource "google_logging_project_bucket_config" "logs_01_bad_silent" {
}

resource "google_project_iam_member" "iam_01_ok_reader" {
  role   = "roles/storage.objectViewer"
  member = "group:ml@acme.example"
}

resource "google_project_iam_member" "iam_01_bad_editor" {
  role   = "roles/editor"
  member = "user:ana@acme.example"
}

resource "google_project_iam_member" "iam_02_ok_reader" {
  role   = "roles/storage.objectViewer"
  member = "group:ml@acme.example"
}

resource "google_project_iam_member" "iam_02_bad_any" {
  role   = "roles/iam.serviceAccountTokenCreator"
  member = "user:ana@acme.example"
}

resource "google_service_account_key" "iam_03_ok_uploaded" {
  public_key_data = "cHVibGlj"
}

resource "google_service_account_key" "iam_03_bad_made" {
  service_account_id = "app"
}
