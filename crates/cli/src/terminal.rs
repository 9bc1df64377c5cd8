//! The terminal: colour, width, and a sign of life on long work.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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

/// A bar on standard error that shows itself after a second, and is gone when dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins, where progress is wanted. There are so many stages; what goes on first is `message`.
    pub(crate) fn start(wanted: bool, stages: u64, message: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(stages), ProgressDrawTarget::hidden());
        bar.set_message(message);
        if !wanted {
            return Self { bar, stop: None, thread: None };
        }
        let (stop, stopped) = channel();
        let shown = bar.clone();
        let thread = std::thread::spawn(move || {
            // Work of less than a second shows nothing.
            if stopped.recv_timeout(Duration::from_secs(1)) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:20}] {msg} {elapsed}") {
                shown.set_style(style.progress_chars("━━─"));
            }
            shown.set_draw_target(ProgressDrawTarget::stderr());
            shown.enable_steady_tick(Duration::from_millis(120));
            let _ = stopped.recv();
            shown.finish_and_clear();
        });
        Self { bar, stop: Some(stop), thread: Some(thread) }
    }

    /// A stage begins: so many are over.
    pub(crate) fn stage(&self, over: u64, message: &'static str) {
        self.bar.set_position(over);
        self.bar.set_message(message);
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

/// A line on standard error that says what is going on, and is gone when dropped; nothing where no terminal is.
pub(crate) struct Ticker(ProgressBar);

impl Ticker {
    /// Begins, where progress is wanted.
    pub(crate) fn start(wanted: bool) -> Self {
        let target = if wanted { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
            bar.set_style(style);
        }
        if wanted {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self(bar)
    }

    /// What is going on now.
    pub(crate) fn tell(&self, what: &str) {
        self.0.set_message(what.chars().filter(|letter| !letter.is_control()).collect::<String>());
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
