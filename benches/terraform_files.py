"""Writes 1,000 `.tf` files: forty root modules of a made-up company with variables, locals, data sources, policy documents, `count`,
`for_each` and a module that all of them call. The same files every time."""

import os

ROOTS = 40
SERVICES = 22


def write(folder):
    """Writes the files below a folder, and gives how many there are."""
    shared = os.path.join(folder, "modules", "bucket")
    files = {
        os.path.join(shared, "main.tf"): MODULE,
        os.path.join(shared, "variables.tf"): VARIABLES,
    }
    for root in range(ROOTS):
        here = os.path.join(folder, f"team-{root:02}")
        files[os.path.join(here, "variables.tf")] = ROOT_VARIABLES.replace("NUMBER", str(root))
        files[os.path.join(here, "network.tf")] = NETWORK
        for service in range(SERVICES):
            text = SERVICE.replace("SERVICE", f"svc{service:02}").replace("SIZE", str(20 + service))
            # About one in twenty is open to the world.
            text = text.replace("SOURCE", "0.0.0.0/0" if (root * SERVICES + service) % 20 == 0 else "10.0.0.0/8")
            files[os.path.join(here, f"svc{service:02}.tf")] = text
    filler = 1000 - len(files)
    for number in range(filler):
        files[os.path.join(folder, f"team-{number % ROOTS:02}", f"extra{number:02}.tf")] = EXTRA.replace("X", str(number))
    for path, text in files.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    return len(files)


MODULE = """resource "aws_s3_bucket" "this" {
  for_each = toset(var.names)
  bucket   = "${var.prefix}-${each.key}"
  tags     = merge(var.tags, { Name = each.key })
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

output "arns" {
  value = { for name, bucket in aws_s3_bucket.this : name => bucket.arn }
}
"""

VARIABLES = """variable "names" {
  type = list(string)
}

variable "prefix" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}
"""

ROOT_VARIABLES = """variable "team" {
  type    = string
  default = "team-NUMBER"
}

variable "zones" {
  type    = list(string)
  default = ["a", "b", "c"]
}

locals {
  tags = { team = var.team, managed = "terraform" }
}

data "aws_caller_identity" "me" {}
"""

NETWORK = """resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = local.tags
}

resource "aws_subnet" "private" {
  count             = length(var.zones)
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = "eu-west-1${var.zones[count.index]}"
}
"""

SERVICE = """module "SERVICE_data" {
  source = "../modules/bucket"
  names  = ["raw", "clean"]
  prefix = "${var.team}-SERVICE"
  tags   = local.tags
}

data "aws_iam_policy_document" "SERVICE" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = [for arn in values(module.SERVICE_data.arns) : "${arn}/*"]
  }
}

resource "aws_iam_policy" "SERVICE" {
  name   = "${var.team}-SERVICE"
  policy = data.aws_iam_policy_document.SERVICE.json
}

resource "aws_security_group" "SERVICE" {
  name   = "SERVICE"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = [443, 8443]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["SOURCE"]
    }
  }
}

resource "aws_db_instance" "SERVICE" {
  identifier          = "${var.team}-SERVICE"
  instance_class      = "db.t3.medium"
  allocated_storage   = SIZE
  engine              = "postgres"
  storage_encrypted   = true
  publicly_accessible = false
  tags                = local.tags
}
"""

EXTRA = """resource "aws_sns_topic" "extraX" {
  name              = "extra-X"
  kms_master_key_id = "alias/aws/sns"
}
"""
