variable "size" { type = number }
variable "label" {}
resource "terraform_data" "r" {
  count = var.size
  input = "${var.label}/${count.index}"
}
output "total" { value = join("+", terraform_data.r[*].input) }
