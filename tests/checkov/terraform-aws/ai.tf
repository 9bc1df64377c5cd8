# SageMaker and Bedrock
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_sagemaker_notebook_instance" "sage_01_ok_disabled" {
  direct_internet_access = "Disabled"
}

resource "aws_sagemaker_notebook_instance" "sage_01_bad_enabled" {
  direct_internet_access = "Enabled"
}

resource "aws_sagemaker_notebook_instance" "sage_01_bad_silent" {
}

resource "aws_sagemaker_notebook_instance" "sage_02_ok_disabled" {
  root_access = "Disabled"
}

resource "aws_sagemaker_notebook_instance" "sage_02_bad_enabled" {
  root_access = "Enabled"
}

resource "aws_sagemaker_notebook_instance" "sage_02_bad_silent" {
}

resource "aws_sagemaker_notebook_instance" "sage_03_ok_keyed" {
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_sagemaker_notebook_instance" "sage_03_bad_silent" {
}

resource "aws_sagemaker_notebook_instance" "sage_04_ok_placed" {
  subnet_id = "subnet-1"
}

resource "aws_sagemaker_notebook_instance" "sage_04_bad_silent" {
}

resource "aws_sagemaker_notebook_instance" "sage_05_ok_two" {
  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = "2"
  }
}

resource "aws_sagemaker_notebook_instance" "sage_05_bad_one" {
  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = "1"
  }
}

resource "aws_sagemaker_notebook_instance" "sage_05_bad_silent" {
}

resource "aws_sagemaker_domain" "sage_06_ok_both" {
  app_network_access_type = "VpcOnly"
  kms_key_id              = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_sagemaker_domain" "sage_06_bad_internet" {
  app_network_access_type = "PublicInternetOnly"
  kms_key_id              = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_sagemaker_domain" "sage_06_bad_keyless" {
  app_network_access_type = "VpcOnly"
}

resource "aws_sagemaker_domain" "sage_06_bad_silent" {
}

resource "aws_sagemaker_training_job" "sage_07_bad_disks" {
  resource_config {
    volume_kms_key_id = "key-1"
  }
  output_data_config {
    s3_output_path = "s3://b/o"
  }
}

resource "aws_sagemaker_training_job" "sage_07_bad_silent" {
  resource_config {
    instance_count = 1
  }
  output_data_config {
    s3_output_path = "s3://b/o"
  }
}

resource "aws_sagemaker_training_job" "sage_08_ok_isolated" {
  enable_network_isolation = true
  resource_config {
    instance_count = 1
  }
}

resource "aws_sagemaker_training_job" "sage_08_ok_several" {
  enable_network_isolation                  = true
  enable_inter_container_traffic_encryption = true
  resource_config {
    instance_count = 4
  }
}

resource "aws_sagemaker_training_job" "sage_08_bad_clear" {
  enable_network_isolation = true
  resource_config {
    instance_count = 4
  }
}

resource "aws_sagemaker_training_job" "sage_08_bad_open" {
  resource_config {
    instance_count = 1
  }
}

resource "aws_sagemaker_data_quality_job_definition" "sage_09_ok_all" {
  job_resources {
    cluster_config {
      volume_kms_key_id = "key-1"
    }
  }
  data_quality_job_output_config {
    kms_key_id = "key-1"
  }
  network_config {
    enable_inter_container_traffic_encryption = true
  }
}

resource "aws_sagemaker_data_quality_job_definition" "sage_09_bad_clear" {
  job_resources {
    cluster_config {
      volume_kms_key_id = "key-1"
    }
  }
  data_quality_job_output_config {
    kms_key_id = "key-1"
  }
}

resource "aws_sagemaker_data_quality_job_definition" "sage_09_bad_silent" {
  job_resources {
    cluster_config {
      instance_count = 1
    }
  }
}

resource "aws_sagemaker_model" "sage_10_ok_yes" {
  enable_network_isolation = true
}

resource "aws_sagemaker_model" "sage_10_bad_no" {
  enable_network_isolation = false
}

resource "aws_sagemaker_model" "sage_10_bad_silent" {
}

resource "aws_sagemaker_endpoint_configuration" "sage_11_ok_keyed" {
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_sagemaker_endpoint_configuration" "sage_11_bad_silent" {
}

resource "aws_sagemaker_endpoint_configuration" "sage_12_ok_both" {
  data_capture_config {
    enable_capture = true
    capture_options {
      capture_mode = "Input"
    }
    capture_options {
      capture_mode = "Output"
    }
  }
}

resource "aws_sagemaker_endpoint_configuration" "sage_12_bad_one" {
  data_capture_config {
    enable_capture = true
    capture_options {
      capture_mode = "Output"
    }
  }
}

resource "aws_sagemaker_endpoint_configuration" "sage_12_bad_silent" {
}

resource "aws_sagemaker_endpoint_configuration" "sage_13_ok_two" {
  production_variants {
    initial_instance_count = 2
  }
}

resource "aws_sagemaker_endpoint_configuration" "sage_13_ok_serverless" {
  production_variants {
    serverless_config {
      max_concurrency = 10
    }
  }
}

resource "aws_sagemaker_endpoint_configuration" "sage_13_bad_one" {
  production_variants {
    initial_instance_count = 1
  }
}

resource "aws_sagemaker_endpoint" "sage_14_ok_watched" {
  deployment_config {
    auto_rollback_configuration {
      alarms {
        alarm_name = "errors"
      }
    }
  }
}

resource "aws_sagemaker_endpoint" "sage_14_bad_blind" {
  deployment_config {
    blue_green_update_policy {
      termination_wait_in_seconds = 60
    }
  }
}

resource "aws_sagemaker_endpoint" "sage_14_bad_silent" {
}

resource "aws_sagemaker_feature_group" "sage_15_ok_both" {
  online_store_config {
    security_config {
      kms_key_id = "key-1"
    }
  }
  offline_store_config {
    s3_storage_config {
      kms_key_id = "key-1"
    }
  }
}

resource "aws_sagemaker_feature_group" "sage_15_bad_one" {
  online_store_config {
    enable_online_store = true
  }
  offline_store_config {
    s3_storage_config {
      kms_key_id = "key-1"
    }
  }
}

resource "aws_bedrockagent_agent" "bedrock_01_ok_guarded" {
  guardrail_configuration {
    guardrail_identifier = "g1"
    guardrail_version    = "1"
  }
}

resource "aws_bedrockagent_agent" "bedrock_01_bad_silent" {
}

resource "aws_bedrockagent_agent" "bedrock_02_ok_keyed" {
  customer_encryption_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_bedrockagent_agent" "bedrock_02_bad_silent" {
}

resource "aws_bedrock_model_invocation_logging_configuration" "bedrock_03_ok_bucket" {
  logging_config {
    s3_config {
      bucket_name = "logs"
    }
  }
}

resource "aws_bedrock_model_invocation_logging_configuration" "bedrock_03_bad_textless" {
  logging_config {
    text_data_delivery_enabled = false
    s3_config {
      bucket_name = "logs"
    }
  }
}

resource "aws_bedrock_model_invocation_logging_configuration" "bedrock_03_bad_nowhere" {
  logging_config {
    text_data_delivery_enabled = true
  }
}

resource "aws_bedrock_guardrail" "bedrock_04_ok_stopped" {
  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
}

resource "aws_bedrock_guardrail" "bedrock_04_bad_off" {
  content_policy_config {
    filters_config {
      type           = "PROMPT_ATTACK"
      input_strength = "NONE"
    }
  }
}

resource "aws_bedrock_guardrail" "bedrock_04_bad_other" {
  content_policy_config {
    filters_config {
      type           = "HATE"
      input_strength = "HIGH"
    }
  }
}

resource "aws_bedrock_guardrail" "bedrock_04_bad_silent" {
}
