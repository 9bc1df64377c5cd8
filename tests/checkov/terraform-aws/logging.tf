# Trails and logs
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_cloudtrail" "trail_01_ok_all" {
  is_multi_region_trail = true
}

resource "aws_cloudtrail" "trail_01_bad_one" {
  is_multi_region_trail = false
}

resource "aws_cloudtrail" "trail_01_bad_silent" {
}

resource "aws_cloudtrail" "trail_02_ok_yes" {
  enable_log_file_validation = true
}

resource "aws_cloudtrail" "trail_02_bad_no" {
  enable_log_file_validation = false
}

resource "aws_cloudtrail" "trail_02_bad_silent" {
}

resource "aws_cloudtrail" "trail_03_ok_keyed" {
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_cloudtrail" "trail_03_bad_silent" {
}

resource "aws_cloudtrail" "trail_04_ok_on" {
  enable_logging = true
}

resource "aws_cloudtrail" "trail_04_ok_silent" {
}

resource "aws_cloudtrail" "trail_04_bad_off" {
  enable_logging = false
}

resource "aws_cloudtrail" "trail_05_ok_sent" {
  cloud_watch_logs_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"
}

resource "aws_cloudtrail" "trail_05_bad_silent" {
}

resource "aws_cloudwatch_log_group" "logs_01_ok_year" {
  retention_in_days = 365
}

resource "aws_cloudwatch_log_group" "logs_01_ok_ever" {
  retention_in_days = 0
}

resource "aws_cloudwatch_log_group" "logs_01_ok_silent" {
}

resource "aws_cloudwatch_log_group" "logs_01_bad_month" {
  retention_in_days = 30
}

resource "aws_cloudwatch_log_group" "logs_02_ok_keyed" {
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1"
}

resource "aws_cloudwatch_log_group" "logs_02_bad_silent" {
}

resource "aws_cloudwatch_log_group" "logs_03_ok_year" {
  retention_in_days = 365
}

resource "aws_cloudwatch_log_group" "logs_03_bad_ever" {
  retention_in_days = 0
}

resource "aws_cloudwatch_log_group" "logs_03_bad_silent" {
}

resource "aws_config_configuration_recorder" "config_01_ok_all" {
  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_configuration_recorder" "config_01_bad_some" {
  recording_group {
    all_supported = false
  }
}

resource "aws_config_configuration_recorder" "config_01_bad_local" {
  recording_group {
    all_supported = true
  }
}

resource "aws_guardduty_detector" "guard_01_ok_on" {
  enable = true
}

resource "aws_guardduty_detector" "guard_01_ok_silent" {
}

resource "aws_guardduty_detector" "guard_01_bad_off" {
  enable = false
}
