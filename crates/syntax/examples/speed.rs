//! throwaway
use std::time::Instant;
fn main() {
    let dir = "/work/shared/conformance";
    let mut text = String::new();
    for f in std::fs::read_dir(dir).unwrap() {
        let p = f.unwrap().path();
        if p.extension().is_none_or(|e| e != "yaml") { continue; }
        let s = std::fs::read_to_string(p).unwrap();
        let mut on = false;
        for l in s.lines() {
            if l.starts_with("  program:") { on = true; continue; }
            if on && l.starts_with("    ") { if !l.contains("some y in v6: y") { text.push_str(&l[4..]); text.push('\n'); } } else { on = false; }
        }
    }
    let mut big = String::new();
    while big.len() < 4 << 20 { big.push_str(&text); }
    for _ in 0..5 {
        let t = Instant::now();
        let (f, d) = tickmark_syntax::parse(tickmark_source::FileId(0), &big);
        let e = t.elapsed();
        println!("{} items {} diags {:.1} MB/s", f.items.len(), d.len(), big.len() as f64 / 1e6 / e.as_secs_f64());
    }
}
