# Networks
# Each resource is called after the control that it was written for; `ok` and `bad` say what that control finds.

resource "aws_security_group" "sg_01_ok_office" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_security_group" "sg_01_ok_none" {
}

resource "aws_security_group" "sg_01_bad_everywhere" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "sg_01_bad_range" {
  ingress {
    protocol         = "tcp"
    from_port        = 0
    to_port          = 1024
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_security_group" "sg_01_bad_all" {
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "sg_01_ok_outward" {
  type        = "egress"
  protocol    = "-1"
  from_port   = 0
  to_port     = 0
  cidr_blocks = ["0.0.0.0/0"]
}

resource "aws_security_group_rule" "sg_01_ok_https" {
  type        = "ingress"
  protocol    = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_blocks = ["0.0.0.0/0"]
}

resource "aws_security_group_rule" "sg_01_bad_everywhere" {
  type        = "ingress"
  protocol    = "tcp"
  from_port   = 22
  to_port     = 22
  cidr_blocks = ["0.0.0.0/0"]
}

resource "aws_vpc_security_group_ingress_rule" "sg_01_ok_https" {
  ip_protocol = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_ipv4   = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "sg_01_bad_everywhere" {
  ip_protocol = "tcp"
  from_port   = 22
  to_port     = 22
  cidr_ipv4   = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "sg_01_bad_all" {
  ip_protocol = "-1"
  cidr_ipv6   = "::/0"
}

resource "aws_security_group" "sg_02_ok_office" {
  ingress {
    protocol    = "tcp"
    from_port   = 3389
    to_port     = 3389
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_security_group" "sg_02_bad_everywhere" {
  ingress {
    protocol    = "tcp"
    from_port   = 3389
    to_port     = 3389
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "sg_03_ok_one" {
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "sg_03_ok_within" {
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_security_group" "sg_03_bad_all" {
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "sg_04_ok_https" {
  type        = "ingress"
  protocol    = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_blocks = ["0.0.0.0/0"]
}

resource "aws_security_group_rule" "sg_04_bad_postgres" {
  type        = "ingress"
  protocol    = "tcp"
  from_port   = 5432
  to_port     = 5432
  cidr_blocks = ["0.0.0.0/0"]
}

resource "aws_security_group_rule" "sg_04_bad_range" {
  type             = "ingress"
  protocol         = "tcp"
  from_port        = 6000
  to_port          = 7000
  ipv6_cidr_blocks = ["::/0"]
}

resource "aws_security_group" "sg_05_ok_explained" {
  description = "Application"
  ingress {
    description = "Users"
    from_port   = 443
  }
}

resource "aws_security_group" "sg_05_bad_partly" {
  description = "Application"
  ingress {
    from_port = 443
  }
}

resource "aws_security_group" "sg_05_bad_silent" {
}

resource "aws_vpc" "vpc_01_ok_logged" {
}

resource "aws_flow_log" "vpc_01_ok_logged" {
  vpc_id = aws_vpc.vpc_01_ok_logged.id
  traffic_type = "ALL"
}

resource "aws_vpc" "vpc_01_bad_silent" {
}

resource "aws_vpc" "vpc_02_ok_closed" {
}

resource "aws_default_security_group" "vpc_02_ok_closed" {
  vpc_id = aws_vpc.vpc_02_ok_closed.id
}

resource "aws_vpc" "vpc_02_bad_within" {
}

resource "aws_default_security_group" "vpc_02_bad_within" {
  vpc_id = aws_vpc.vpc_02_bad_within.id
  ingress {
    protocol  = "-1"
    self      = true
    from_port = 0
    to_port   = 0
  }
}

resource "aws_vpc" "vpc_02_bad_silent" {
}

resource "aws_subnet" "vpc_03_ok_off" {
  map_public_ip_on_launch = false
}

resource "aws_subnet" "vpc_03_ok_silent" {
}

resource "aws_subnet" "vpc_03_bad_on" {
  map_public_ip_on_launch = true
}

resource "aws_network_acl_rule" "vpc_04_ok_https" {
  rule_action = "allow"
  protocol    = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_block  = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "vpc_04_ok_denied" {
  rule_action = "deny"
  protocol    = "tcp"
  from_port   = 22
  to_port     = 22
  cidr_block  = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "vpc_04_ok_outward" {
  egress      = true
  rule_action = "allow"
  protocol    = "-1"
  cidr_block  = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "vpc_04_bad_ssh" {
  rule_action = "allow"
  protocol    = "tcp"
  from_port   = 22
  to_port     = 22
  cidr_block  = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "vpc_04_bad_all" {
  rule_action     = "allow"
  protocol        = "-1"
  ipv6_cidr_block = "::/0"
}

resource "aws_network_acl" "vpc_04_ok_https" {
  ingress {
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_network_acl" "vpc_04_bad_ssh" {
  ingress {
    action     = "allow"
    protocol   = "tcp"
    from_port  = 0
    to_port    = 1024
    cidr_block = "0.0.0.0/0"
  }
}
