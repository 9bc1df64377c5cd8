terraform { required_version = ">= 1.3" }
variable "names" { type = list(string) }
variable "opts" {
  type = object({ a = string, b = optional(number, 7), c = optional(list(object({ x = optional(string, "dx"), y = bool })), []) })
}
variable "flag" {
  type    = bool
  default = "true"
}
variable "nn" {
  type     = string
  default  = "dflt"
  nullable = false
}
variable "any" { default = { k = [1, "two", true] } }
variable "num" {
  type    = number
  default = "42"
}
variable "st" {
  type    = set(string)
  default = ["b", "a", "b"]
}
locals {
  pairs   = setproduct(["x", "y"], [1, 2])
  grouped = { for n in var.names : substr(n, 0, 1) => upper(n)... }
  inv     = { for i, n in var.names : n => i if length(n) > 2 }
  cidrs   = cidrsubnets("10.1.0.0/16", 4, 4, 8)
  tmpl    = templatefile("${path.module}/tpl/a.tpl", { items = var.names, on = var.flag })
  files   = { for f in fileset("${path.module}/tpl", "**/*.txt") : f => filemd5("${path.module}/tpl/${f}") }
  y       = yamldecode(file("tpl/c.yaml"))
  deep    = merge({ a = { b = 1 } }, { a = { c = 2 } }, null == null ? {} : { z = 1 })
  rx      = regexall("([a-z]+)([0-9]*)", "ab12 cd e5")
  h       = <<-EOT
    first ${var.nn}
      indented %{if var.flag~} yes %{else~} no %{endif~}
    $${literal} %%{literal}
    %{for n in var.names~}
    - ${n}
    %{endfor~}
  EOT
  cond    = var.opts.b > 5 ? [for c in var.opts.c : c.x if c.y] : ["none"]
  sp      = var.opts.c[*].x
  tr      = try(var.opts.c[9].x, var.any.k[1], "no")
  cn      = [can(tonumber("x")), can(tonumber("1.5"))]
  fmt     = format("%03d|%-5s|%5.2f|%q|%t|%v", 7, "ab", 3.14159, "q\"", true, [1, { a = 2 }])
  dt      = formatdate("YYYY-MM-DD'T'hh:mm:ssZ", "2026-02-03T04:05:06Z")
  ts      = timeadd("2026-02-03T04:05:06Z", "36h")
  b64     = base64gzip("") == "" ? "" : base64sha256("hello")
  csv     = csvdecode("a,b\n1,\"x,y\"\n2,z\n")
  ch      = chunklist([1, 2, 3, 4, 5], 2)
  tp      = transpose({ a = ["1", "2"], b = ["2"] })
  fl      = flatten([[1, [2]], [], [[3]]])
  mk      = matchkeys(["i1", "i2", "i3"], ["a", "b", "a"], ["a"])
  neg     = -7 % 3
  idx     = index(["a", "b"], "b")
  uu      = uuidv5("dns", "example.com")
  st      = join(",", var.st)
  strr    = strrev("añb")
  title   = title("hello wOrld")
  tj      = jsonencode({ a = 1.0, b = "<&>", c = null, d = [true] })
  ip      = [cidrhost("10.0.0.0/8", 300), cidrnetmask("10.0.0.0/12"), cidrsubnet("fd00::/8", 8, 5)]
  sm      = sum([1, 2.5]) + max([3, 9]...) + parseint("ff", 16) + signum(-3) + floor(-1.5) + ceil(1.2) + pow(2, 10) + log(8, 2)
  nested  = { for k, v in { a = { x = 1 }, b = { x = 2 } } : k => { for kk, vv in v : "${k}-${kk}" => vv * 10 } }
  ws      = terraform.workspace
  tob     = [tobool("true"), tostring(1.50), tonumber("1e3"), tolist(toset(["z", "a"])), tomap({ a = 1 })]
  ends    = [startswith("abc", "ab"), endswith("abc", "bc"), strcontains("abc", "b"), trimprefix("abc", "a"), trim("--a--", "-"), indent(2, "a\nb"), chomp("a\n\n")]
  al      = [alltrue([]), anytrue([]), coalesce("", "x"), coalescelist([], [1]), compact(["", "a", null]), distinct([1, 2, 1]), element(["a", "b"], 3), contains(["a"], "a"), keys({ b = 1, a = 2 }), lookup({ a = 1 }, "z", 9), range(1, 10, 4), reverse([1, 2]), slice([1, 2, 3], 1, 2), sort(["b", "a"]), values({ b = 1, a = 2 }), zipmap(["a"], [1]), one([]), setunion(["a"], ["b"]), setintersection(["a", "b"], ["b"]), setsubtract(["a", "b"], ["b"])]
}
resource "terraform_data" "each" {
  for_each = local.inv
  input    = { key = each.key, value = each.value }
}
resource "terraform_data" "n" {
  count = length(local.pairs)
  input = local.pairs[count.index]
}
resource "terraform_data" "all" {
  input = { grouped = local.grouped, cidrs = local.cidrs, tmpl = local.tmpl, files = local.files, y = local.y, deep = local.deep, rx = local.rx, h = local.h, cond = local.cond, sp = local.sp, tr = local.tr, cn = local.cn, fmt = local.fmt, dt = local.dt, ts = local.ts, b64 = local.b64, csv = local.csv, ch = local.ch, tp = local.tp, fl = local.fl, mk = local.mk, neg = local.neg, idx = local.idx, uu = local.uu, st = local.st, strr = local.strr, title = local.title, tj = local.tj, ip = local.ip, sm = local.sm, nested = local.nested, ws = local.ws, tob = local.tob, ends = local.ends, al = local.al }
}
module "leafs" {
  source   = "./mods/leaf"
  for_each = { p = 1, q = 2 }
  size     = each.value
  label    = "${each.key}-${terraform_data.n[0].input[0]}"
}
resource "terraform_data" "out" {
  input = [for k, m in module.leafs : "${k}:${m.total}"]
}
