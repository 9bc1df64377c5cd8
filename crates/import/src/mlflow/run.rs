//! A run of MLflow as the builder reads it, straight out of the text: there are millions of runs, and a control looks at two of the
//! hundreds of values that each has. What nobody wants is skipped by the parser.

use crate::error::ReadError;
use crate::json::JsonReader;
use crate::mlflow::records::{is_time, millis, name_of};
use std::borrow::Cow;
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_source::Place;

/// The tag of a data set that says what it was read for.
const CONTEXT: &str = "mlflow.data.context";

/// A [`ValueReader`] over a run.
pub(crate) struct RunReader<'r, 'a> {
    json: &'r mut JsonReader<'a>,
    here: Here,
    /// What tells the run apart, where it was met.
    pub(crate) id: Option<String>,
}

/// What stands next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    /// The run.
    Run,
    /// A value; an empty text is how MLflow writes that there is none.
    Plain,
    /// The same of a moment: milliseconds.
    Time,
    /// A value that somebody chose: it is what it is.
    Chosen,
    /// Nothing, where a pair has no value.
    Nothing,
    /// A list of `{key, value}`: a map.
    Pairs,
    /// The list of data sets that the run read.
    Inputs,
    /// One of them.
    Input,
    /// The list of models that it put out, each by its id.
    Outputs,
}

/// A key, and where its value stands.
type Pair<'a> = (Cow<'a, str>, Option<usize>);

type Member<'m, R> = &'m mut dyn FnMut(&mut R, &str) -> Result<(), ReadError>;

impl<'r, 'a> RunReader<'r, 'a> {
    /// A reader of the run that stands next.
    pub(crate) fn new(json: &'r mut JsonReader<'a>) -> Self {
        Self { json, here: Here::Run, id: None }
    }

    /// Hands on a member of which `here` stands next.
    fn tell(&mut self, name: &str, here: Here, member: Member<'_, Self>) -> Result<(), ReadError> {
        let outer = std::mem::replace(&mut self.here, here);
        let result = member(self, name);
        self.here = outer;
        result
    }

    /// Goes through the members of an object; anything else is skipped.
    fn each(&mut self, take: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        if !self.json.at_object()? {
            return self.json.skip();
        }
        let mut next = self.json.object_start()?;
        while let Some(key) = next {
            take(self, &key)?;
            next = self.json.object_next()?;
        }
        Ok(())
    }

    fn run(&mut self, member: Member<'_, Self>) -> Result<(), ReadError> {
        self.each(&mut |reader, key| match key {
            "info" => reader.info(member),
            "data" => reader.each(&mut |reader, key| match key {
                "params" | "metrics" | "tags" => reader.tell(key, Here::Pairs, member),
                _ => reader.json.skip(),
            }),
            "inputs" => reader.each(&mut |reader, key| match key {
                "dataset_inputs" => reader.tell(key, Here::Inputs, member),
                _ => reader.json.skip(),
            }),
            "outputs" => reader.each(&mut |reader, key| match key {
                "model_outputs" => reader.tell(key, Here::Outputs, member),
                _ => reader.json.skip(),
            }),
            _ => reader.json.skip(),
        })
    }

    fn info(&mut self, member: Member<'_, Self>) -> Result<(), ReadError> {
        // `run_uuid` is the old name of `run_id`.
        let mut old = None;
        self.each(&mut |reader, key| {
            let at = reader.json.offset();
            match key {
                "run_uuid" => {
                    old = Some(at);
                    reader.json.skip()
                }
                "run_id" => reader.run_id(at, member),
                "experiment_id" => {
                    reader.tell(key, Here::Plain, member)?;
                    reader.json.go_on_at(at);
                    reader.tell("experiment", Here::Plain, member)
                }
                _ => reader.plain(key, member),
            }
        })?;
        if let (None, Some(at)) = (&self.id, old) {
            let end = self.json.offset();
            self.json.go_on_at(at);
            self.run_id(at, member)?;
            self.json.go_on_at(end);
        }
        Ok(())
    }

    fn run_id(&mut self, at: usize, member: Member<'_, Self>) -> Result<(), ReadError> {
        self.id = self.json.printed()?;
        self.json.go_on_at(at);
        self.tell("run_id", Here::Plain, member)
    }

    /// A member under its own name.
    fn plain(&mut self, key: &str, member: Member<'_, Self>) -> Result<(), ReadError> {
        let name = name_of(key);
        self.tell(name, if is_time(name) { Here::Time } else { Here::Plain }, member)
    }

    /// A data set that the run read.
    fn input(&mut self, member: Member<'_, Self>) -> Result<(), ReadError> {
        self.each(&mut |reader, key| match key {
            "dataset" => reader.each(&mut |reader, key| reader.plain(key, member)),
            "tags" => {
                let at = reader.json.offset();
                let pairs = reader.pairs()?;
                let end = reader.json.offset();
                if let Some((_, Some(value))) = pairs.iter().find(|(key, _)| key == CONTEXT) {
                    reader.json.go_on_at(*value);
                    reader.tell("context", Here::Chosen, member)?;
                }
                reader.json.go_on_at(at);
                reader.tell("tags", Here::Pairs, member)?;
                reader.json.go_on_at(end);
                Ok(())
            }
            _ => reader.json.skip(),
        })
    }

    /// The keys of a list of `{key, value}`, and where their values stand. Of entries with one key the last counts.
    fn pairs(&mut self) -> Result<Vec<Pair<'a>>, ReadError> {
        let mut pairs: Vec<Pair<'a>> = Vec::new();
        self.json.list_or_skip(&mut |json| {
            let (mut name, mut value) = (None, None);
            json.object_or_skip(&mut |json, key| {
                let at = json.offset();
                match key {
                    "key" if json.first_byte() == Some(b'"') => name = json.borrowed_text()?,
                    "key" => name = json.printed()?.map(Cow::Owned),
                    "value" => {
                        value = Some(at);
                        json.skip()?;
                    }
                    _ => json.skip()?,
                }
                Ok(())
            })?;
            let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(()) };
            match pairs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => pairs.push((name, value)),
            }
            Ok(())
        })?;
        Ok(pairs)
    }

    /// Where the ids of the models stand that the run put out.
    fn outputs(&mut self) -> Result<Vec<usize>, ReadError> {
        let mut ids = Vec::new();
        self.json.list_or_skip(&mut |json| {
            json.object_or_skip(&mut |json, key| {
                if key == "model_id" {
                    ids.push(json.offset());
                }
                json.skip()
            })
        })?;
        Ok(ids)
    }
}

impl ValueReader for RunReader<'_, '_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.here {
            Here::Run | Here::Pairs | Here::Input => ValueKind::Object,
            Here::Inputs | Here::Outputs => ValueKind::List,
            Here::Nothing => ValueKind::Scalar,
            Here::Plain | Here::Time | Here::Chosen => self.json.kind()?,
        })
    }

    fn place(&mut self) -> Place {
        self.json.place()
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        match self.here {
            Here::Nothing => Ok(take(Scalar::Null)),
            Here::Plain => self.json.scalar(|scalar| match scalar {
                Scalar::Text("") => take(Scalar::Null),
                scalar => take(scalar),
            }),
            Here::Time => self.json.scalar(|scalar| {
                let told = match &scalar {
                    Scalar::Text("") => return take(Scalar::Null),
                    Scalar::Text(text) => millis(text),
                    Scalar::Number(number) => millis(&number.to_string()),
                    _ => None,
                };
                match told {
                    Some(Some(time)) => take(Scalar::Text(&time)),
                    Some(None) => take(Scalar::Null),
                    None => take(scalar),
                }
            }),
            _ => self.json.scalar(take),
        }
    }

    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        match self.here {
            Here::Chosen => self.json.written(take),
            _ => self.scalar(take),
        }
    }

    fn text_bytes<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<Option<R>, ReadError> {
        match self.here {
            Here::Chosen => self.json.text_bytes(take),
            Here::Plain if !self.json.at_empty_text() => self.json.text_bytes(take),
            _ => Ok(None),
        }
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let here = self.here;
        if here == Here::Outputs {
            let ids = self.outputs()?;
            let end = self.json.offset();
            for id in ids {
                self.json.go_on_at(id);
                self.tell("", Here::Plain, &mut |reader, _| item(reader))?;
            }
            self.json.go_on_at(end);
            return Ok(());
        }
        if !self.json.at_list()? {
            return self.json.skip();
        }
        let inside = if here == Here::Inputs { Here::Input } else { here };
        let mut more = self.json.list_start()?;
        while more {
            self.tell("", inside, &mut |reader, _| item(reader))?;
            more = self.json.list_next()?;
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        match self.here {
            Here::Run => self.run(member),
            Here::Input => self.input(member),
            Here::Pairs => {
                let pairs = self.pairs()?;
                let end = self.json.offset();
                for (name, at) in pairs {
                    self.json.go_on_at(at.unwrap_or(end));
                    self.tell(&name, if at.is_some() { Here::Chosen } else { Here::Nothing }, member)?;
                }
                self.json.go_on_at(end);
                Ok(())
            }
            // Of a value that is an object its members are as they are.
            _ => self.each(&mut |reader, key| reader.tell(key, Here::Chosen, member)),
        }
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        if self.here == Here::Nothing { Ok(()) } else { self.json.skip() }
    }
}
