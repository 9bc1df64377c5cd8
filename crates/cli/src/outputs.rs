//! Where results go: the pairs of `--format` and `--output`, in the order in which they were typed.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};

/// The formats of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For people in a hurry: the table and the last line of the text, without findings
    Summary,
    /// For machines: docs/schema/results-1.json
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For test reports: JUnit XML, a suite for each control
    Junit,
    /// For the log of a GitHub Actions step: annotations on the lines of findings
    Github,
}

impl Format {
    /// The name by which it is asked for.
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// One way in which results are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: Format,
    /// The file; standard output where there is none.
    pub(crate) file: Option<PathBuf>,
}

/// All ways in which results are written; never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outputs(pub(crate) Vec<Output>);

/// The options as they are typed.
#[derive(Args, Debug)]
struct Typed {
    /// How results are written (may be given several times); text where it is not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Vec<Format>,
    /// Write the format before it to a file, whole or not at all; `-` is standard output
    ///
    /// An `--output` belongs to the `--format` that stands before it, or to the first one where none does. A format without an
    /// `--output` goes to standard output: one of them can, and `github` beside it. With
    /// `--format text --format sarif --output out.sarif`, text is printed and SARIF written to `out.sarif`. All files are written,
    /// or none.
    #[arg(long, short, value_name = "FILE")]
    output: Vec<PathBuf>,
}

impl Outputs {
    /// Puts files to formats by the order in which they were typed: each comes with its position on the command line.
    fn pair(formats: &[(usize, Format)], files: &[(usize, PathBuf)]) -> Result<Self, String> {
        let mut outputs: Vec<Output> =
            formats.iter().map(|(_, format)| Output { format: *format, file: None }).collect();
        if outputs.is_empty() {
            outputs.push(Output { format: Format::Text, file: None });
        }
        for (position, file) in files {
            let before = formats.iter().take_while(|(format, _)| format < position).count();
            let Some(output) = outputs.get_mut(before.saturating_sub(1)) else { continue };
            if let Some(other) = &output.file {
                return Err(format!(
                    "`--format {}` has two outputs, `{}` and `{}`: give a `--format` before each `--output`",
                    output.format.name(),
                    other.display(),
                    file.display()
                ));
            }
            output.file = Some(file.clone());
        }
        let outputs = Outputs(outputs);
        outputs.check()?;
        // Only now: `-` is an output like any other until then.
        Ok(Outputs(outputs.0.into_iter().map(Output::settled).collect()))
    }

    /// What is printed is read by one reader, and each file holds one format.
    fn check(&self) -> Result<(), String> {
        let mut printed: Option<Format> = None;
        let mut files: Vec<&Path> = Vec::new();
        for output in &self.0 {
            if let Some(file) = output.to_file() {
                if files.contains(&file) {
                    return Err(format!("two formats are to be written to `{}`", file.display()));
                }
                files.push(file);
            } else if let Some(other) = printed.filter(|_| output.format != Format::Github) {
                return Err(format!(
                    "`--format {}` and `--format {}` both go to standard output: give one of them an `--output FILE`",
                    other.name(),
                    output.format.name()
                ));
            } else if output.format != Format::Github {
                printed = Some(output.format);
            }
        }
        Ok(())
    }

    /// Whether a format is among them.
    pub(crate) fn any(&self, formats: &[Format]) -> bool {
        self.0.iter().any(|output| formats.contains(&output.format))
    }
}

impl Output {
    fn to_file(&self) -> Option<&Path> {
        self.file.as_deref().filter(|file| *file != Path::new("-"))
    }

    fn settled(self) -> Self {
        Self { file: self.to_file().map(Path::to_owned), ..self }
    }
}

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        Typed::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Typed::augment_args_for_update(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        // The positions are gone once the values are taken.
        let positions = |name: &str| matches.indices_of(name).map(Iterator::collect).unwrap_or_default();
        let (formats, files): (Vec<usize>, Vec<usize>) = (positions("format"), positions("output"));
        let typed = Typed::from_arg_matches(matches)?;
        let formats: Vec<(usize, Format)> = formats.into_iter().zip(typed.format).collect();
        let files: Vec<(usize, PathBuf)> = files.into_iter().zip(typed.output).collect();
        Outputs::pair(&formats, &files)
            .map_err(|message| clap::Error::raw(ErrorKind::ArgumentConflict, format!("{message}\n")))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of `--format` and `--output`, in order: `text`, `>file`.
    fn pair(words: &str) -> Result<Vec<(Format, Option<String>)>, String> {
        let mut formats = Vec::new();
        let mut files = Vec::new();
        for (position, word) in words.split_whitespace().enumerate() {
            match word.strip_prefix('>') {
                Some(file) => files.push((position, PathBuf::from(file))),
                None => formats.push((position, Format::from_str(word, false).unwrap())),
            }
        }
        let named = |output: Output| (output.format, output.file.map(|file| file.display().to_string()));
        Outputs::pair(&formats, &files).map(|outputs| outputs.0.into_iter().map(named).collect())
    }

    #[test]
    fn a_file_belongs_to_the_format_before_it() {
        use Format::{Github, Json, Junit, Sarif, Text};
        let to = |file: &str| Some(file.to_owned());
        assert_eq!(pair("").unwrap(), [(Text, None)]);
        assert_eq!(pair(">a").unwrap(), [(Text, to("a"))]);
        assert_eq!(pair("json >a").unwrap(), [(Json, to("a"))]);
        assert_eq!(pair(">a json").unwrap(), [(Json, to("a"))]);
        assert_eq!(pair("text sarif >a").unwrap(), [(Text, None), (Sarif, to("a"))]);
        assert_eq!(pair("sarif >a text").unwrap(), [(Sarif, to("a")), (Text, None)]);
        assert_eq!(pair("sarif >a junit >b github").unwrap(), [(Sarif, to("a")), (Junit, to("b")), (Github, None)]);
        assert_eq!(pair("github text").unwrap(), [(Github, None), (Text, None)]);
        assert_eq!(pair("json >- sarif >a").unwrap(), [(Json, None), (Sarif, to("a"))]);
    }

    #[test]
    fn what_would_be_mixed_up_is_refused() {
        for (words, part) in [
            ("json >a >b", "has two outputs"),
            (">a json >b", "has two outputs"),
            ("json sarif", "both go to standard output"),
            ("json >- text", "both go to standard output"),
            ("json >a sarif >a", "two formats are to be written to `a`"),
        ] {
            let error = pair(words).unwrap_err();
            assert!(error.contains(part), "{words}: {error}");
        }
    }
}
