//! `jiter` passing over every byte of every file, on one thread: nothing is kept.

use jiter::Jiter;
use tickmark_peers::{FILES, arguments, map};

fn main() {
    let (folder, _) = arguments();
    let mut bytes = 0;
    for name in FILES {
        let file = map(&folder, name);
        let mut reader = Jiter::new(&file);
        reader.next_skip().expect("the file is JSON");
        reader.finish().expect("nothing follows");
        bytes += file.len();
    }
    println!("{bytes} bytes");
}
