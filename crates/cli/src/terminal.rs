//! The terminal: colour, width, and a sign of life on long work.

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Whether a stream is coloured: a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` forces it.
pub fn colour(stream: &impl anstream::stream::RawStream) -> bool {
    !matches!(anstream::AutoStream::choice(stream), anstream::ColorChoice::Never)
}

/// Columns to write to: those of the terminal, from 60 to 160, or 100.
#[must_use]
pub fn width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let terminal = terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    named.or(terminal).unwrap_or(100).clamp(60, 160)
}

/// A spinner on standard error that shows itself after a second, and is gone when dropped.
pub(crate) struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins, where progress is wanted.
    pub(crate) fn start(wanted: bool, message: &str) -> Self {
        if !wanted {
            return Self { stop: None, thread: None };
        }
        let (stop, stopped) = channel();
        let message = message.to_owned();
        let thread = std::thread::spawn(move || {
            // Work of less than a second shows nothing.
            if stopped.recv_timeout(Duration::from_secs(1)).is_ok() {
                return;
            }
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.set_message(message);
            bar.enable_steady_tick(Duration::from_millis(120));
            let _ = stopped.recv();
            bar.finish_and_clear();
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
