# What runs
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_instance" "ec2_01_ok_required" {
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_instance" "ec2_01_ok_none" {
  metadata_options {
    http_endpoint = "disabled"
  }
}

resource "aws_instance" "ec2_01_bad_optional" {
  metadata_options {
    http_tokens = "optional"
  }
}

resource "aws_instance" "ec2_01_bad_silent" {
}

resource "aws_launch_template" "ec2_01_ok_required" {
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_launch_template" "ec2_01_bad_silent" {
}

resource "aws_instance" "ec2_02_ok_without" {
  associate_public_ip_address = false
}

resource "aws_instance" "ec2_02_ok_silent" {
}

resource "aws_instance" "ec2_02_bad_with" {
  associate_public_ip_address = true
}

resource "aws_instance" "ec2_03_ok_both" {
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "b"
    encrypted   = true
  }
}

resource "aws_instance" "ec2_03_bad_one" {
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "b"
  }
}

resource "aws_instance" "ec2_03_bad_silent" {
}

resource "aws_instance" "ec2_04_ok_script" {
  user_data = "apt-get update"
}

resource "aws_instance" "ec2_04_ok_silent" {
}

resource "aws_instance" "ec2_04_bad_key" {
  user_data = "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"
}

resource "aws_instance" "ec2_05_ok_profiled" {
  iam_instance_profile = "app"
}

resource "aws_instance" "ec2_05_bad_silent" {
}

resource "aws_lambda_permission" "lambda_01_ok_service" {
  principal = "events.amazonaws.com"
}

resource "aws_lambda_permission" "lambda_01_ok_api" {
  principal  = "*"
  source_arn = "arn:aws:execute-api:eu-west-1:111122223333:a/*"
}

resource "aws_lambda_permission" "lambda_01_bad_everyone" {
  principal = "*"
}

resource "aws_lambda_function_url" "lambda_02_ok_iam" {
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_function_url" "lambda_02_bad_open" {
  authorization_type = "NONE"
}

resource "aws_lambda_function" "lambda_03_ok_keyed" {
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
  environment {
    variables = { "A" = "b" }
  }
}

resource "aws_lambda_function" "lambda_03_bad_plain" {
  environment {
    variables = { "A" = "b" }
  }
}

resource "aws_lambda_function" "lambda_03_aside_empty" {
}

resource "aws_lambda_function" "lambda_04_ok_active" {
  tracing_config {
    mode = "Active"
  }
}

resource "aws_lambda_function" "lambda_04_bad_silent" {
}

resource "aws_lambda_function" "lambda_05_ok_inside" {
  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_lambda_function" "lambda_05_bad_outside" {
}

resource "aws_ecs_task_definition" "ecs_01_ok_plain" {
  container_definitions = jsonencode([{
    name  = "app"
    image = "app:1"
  }])
}

resource "aws_ecs_task_definition" "ecs_01_bad_privileged" {
  container_definitions = jsonencode([{
    name  = "app"
    image = "app:1"
    }, {
    name       = "agent"
    privileged = true
  }])
}

resource "aws_ecs_cluster" "ecs_02_ok_enabled" {
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster" "ecs_02_bad_disabled" {
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_cluster" "ecs_02_bad_silent" {
}

resource "aws_ecs_service" "ecs_03_ok_off" {
  network_configuration {
    assign_public_ip = false
  }
}

resource "aws_ecs_service" "ecs_03_ok_silent" {
}

resource "aws_ecs_service" "ecs_03_bad_on" {
  network_configuration {
    assign_public_ip = true
  }
}

resource "aws_eks_cluster" "eks_01_ok_private" {
  vpc_config {
    endpoint_public_access = false
  }
}

resource "aws_eks_cluster" "eks_01_ok_office" {
  vpc_config {
    endpoint_public_access = true
    public_access_cidrs    = ["203.0.113.0/24"]
  }
}

resource "aws_eks_cluster" "eks_01_bad_everyone" {
  vpc_config {
    endpoint_public_access = true
    public_access_cidrs    = ["0.0.0.0/0"]
  }
}

resource "aws_eks_cluster" "eks_01_bad_silent" {
  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_eks_cluster" "eks_02_ok_yes" {
  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
    }
  }
}

resource "aws_eks_cluster" "eks_02_bad_silent" {
}

resource "aws_eks_cluster" "eks_03_ok_all" {
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
}

resource "aws_eks_cluster" "eks_03_bad_two" {
  enabled_cluster_log_types = ["api", "audit"]
}

resource "aws_eks_cluster" "eks_03_bad_silent" {
}

resource "aws_ecr_repository" "ecr_01_ok_fixed" {
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_ecr_repository" "ecr_01_bad_movable" {
  image_tag_mutability = "MUTABLE"
}

resource "aws_ecr_repository" "ecr_01_bad_silent" {
}

resource "aws_ecr_repository" "ecr_02_ok_yes" {
  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_repository" "ecr_02_bad_no" {
  image_scanning_configuration {
    scan_on_push = false
  }
}

resource "aws_ecr_repository" "ecr_02_bad_silent" {
}

resource "aws_ecr_repository" "ecr_03_ok_kms" {
  encryption_configuration {
    encryption_type = "KMS"
  }
}

resource "aws_ecr_repository" "ecr_03_bad_aes" {
  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_repository" "ecr_03_bad_silent" {
}

resource "aws_ecr_repository_policy" "ecr_04_ok_account" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "111122223333"
      }
      Action = "ecr:BatchGetImage"
    }]
  })
}

resource "aws_ecr_repository_policy" "ecr_04_bad_everyone" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "ecr:BatchGetImage"
    }]
  })
}

resource "aws_codebuild_project" "build_01_ok_plain" {
  environment {
    privileged_mode = false
  }
}

resource "aws_codebuild_project" "build_01_ok_silent" {
  environment {
    type = "LINUX_CONTAINER"
  }
}

resource "aws_codebuild_project" "build_01_bad_privileged" {
  environment {
    privileged_mode = true
  }
}
