resource "terraform_data" "out" { triggers_replace = ["over"] }
