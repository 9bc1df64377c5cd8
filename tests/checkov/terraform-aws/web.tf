# Load balancers and gateways
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_lb_listener" "elb_01_ok_https" {
  protocol = "HTTPS"
}

resource "aws_lb_listener" "elb_01_ok_redirect" {
  protocol = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "elb_01_bad_http" {
  protocol = "HTTP"
  default_action {
    type = "forward"
  }
}

resource "aws_lb_listener" "elb_01_bad_silent" {
}

resource "aws_lb_listener" "elb_02_ok_new" {
  protocol   = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

resource "aws_lb_listener" "elb_02_bad_old" {
  protocol   = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-2016-08"
}

resource "aws_lb_listener" "elb_02_bad_silent" {
  protocol = "HTTPS"
}

resource "aws_lb_listener" "elb_02_aside_http" {
  protocol = "HTTP"
}

resource "aws_lb" "elb_03_ok_on" {
  access_logs {
    bucket  = "logs"
    enabled = true
  }
}

resource "aws_lb" "elb_03_bad_off" {
  access_logs {
    bucket  = "logs"
    enabled = false
  }
}

resource "aws_lb" "elb_03_bad_half" {
  access_logs {
    bucket = "logs"
  }
}

resource "aws_lb" "elb_03_bad_silent" {
}

resource "aws_elb" "elb_03_ok_on" {
  access_logs {
    bucket = "logs"
  }
}

resource "aws_elb" "elb_03_bad_silent" {
}

resource "aws_lb" "elb_04_ok_dropped" {
  drop_invalid_header_fields = true
}

resource "aws_lb" "elb_04_bad_kept" {
  drop_invalid_header_fields = false
}

resource "aws_lb" "elb_04_bad_silent" {
}

resource "aws_lb" "elb_04_aside_network" {
  load_balancer_type = "network"
}

resource "aws_lb" "elb_05_ok_yes" {
  enable_deletion_protection = true
}

resource "aws_lb" "elb_05_bad_no" {
  enable_deletion_protection = false
}

resource "aws_lb" "elb_05_bad_silent" {
}

resource "aws_cloudfront_distribution" "cloudfront_01_ok_redirected" {
  default_cache_behavior {
    viewer_protocol_policy = "redirect-to-https"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_01_bad_one" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
  ordered_cache_behavior {
    path_pattern           = "/a"
    viewer_protocol_policy = "allow-all"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_01_bad_open" {
  default_cache_behavior {
    viewer_protocol_policy = "allow-all"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_02_ok_logged" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
  logging_config {
    bucket = "logs.s3.amazonaws.com"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_02_bad_silent" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_03_ok_new" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
  viewer_certificate {
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_03_bad_old" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
  viewer_certificate {
    minimum_protocol_version = "TLSv1.1_2016"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_03_bad_silent" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_cloudfront_distribution" "cloudfront_04_ok_walled" {
  web_acl_id = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/w/1"
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
}

resource "aws_cloudfront_distribution" "cloudfront_04_bad_silent" {
  default_cache_behavior {
    viewer_protocol_policy = "https-only"
  }
}

resource "aws_api_gateway_method" "apigw_01_ok_iam" {
  http_method   = "GET"
  authorization = "AWS_IAM"
}

resource "aws_api_gateway_method" "apigw_01_ok_key" {
  http_method      = "GET"
  authorization    = "NONE"
  api_key_required = true
}

resource "aws_api_gateway_method" "apigw_01_ok_options" {
  http_method   = "OPTIONS"
  authorization = "NONE"
}

resource "aws_api_gateway_method" "apigw_01_bad_open" {
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_stage" "apigw_02_ok_logged" {
  access_log_settings {
    destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:api"
    format          = "json"
  }
}

resource "aws_api_gateway_stage" "apigw_02_bad_silent" {
}

resource "aws_apigatewayv2_route" "apigw_03_ok_token" {
  authorization_type = "JWT"
}

resource "aws_apigatewayv2_route" "apigw_03_bad_open" {
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_route" "apigw_03_bad_silent" {
}
