//! An account of AWS, by the user's own `aws` command, which follows the pages of each list.

use crate::aws_calls::{ACCOUNT, Asked, EACH, Each, TAGGED};
use crate::kubernetes::first_line;
use crate::names::file_name;
use crate::store::{Fetched, Left, Store};
use crate::web::backoff;
use crate::{CollectError, Collected, Door, Manner, with_store};
use serde_json::Value;
use std::path::Path;

/// An account.
#[derive(Clone, Debug)]
pub struct Aws {
    /// The command: `aws`.
    pub program: String,
    /// The profile of its configuration.
    pub profile: Option<String>,
    /// The region; that of the profile where it is not given.
    pub region: Option<String>,
    /// Another address than Amazon's.
    pub endpoint: Option<String>,
}

/// What a call gave.
enum Answer {
    /// A JSON object.
    Object(Vec<u8>),
    /// The service says that there is no such thing.
    Absent { code: String, message: String },
}

impl Aws {
    pub(crate) fn collect(&self, folder: &Path, manner: &Manner, door: &Door<'_>) -> Result<Collected, CollectError> {
        let account = Account { aws: self, retries: manner.retries, door };
        let body = account.must("sts get-caller-identity")?;
        let identity: Value = serde_json::from_slice(&body).unwrap_or_default();
        let id = identity.get("Account").and_then(Value::as_str).unwrap_or("unknown account");
        let region = self.region.as_deref().unwrap_or("the profile's region");
        with_store(("aws", &format!("{id} in {region}")), folder, manner, door, |store| {
            account.keep_identity(&body, store)?;
            for call in ACCOUNT {
                let done = account.list(call.file, call.call, call.rows, store);
                store.miss_or_stop(done)?;
            }
            for each in EACH {
                account.each(each, store)?;
            }
            account.tags(store)
        })
    }
}

struct Account<'a> {
    aws: &'a Aws,
    retries: u32,
    door: &'a Door<'a>,
}

impl Account<'_> {
    /// Runs `aws SERVICE OPERATION …`, again where the service is busy.
    fn call(&self, call: &str, with: &[&str]) -> Result<Answer, CollectError> {
        let mut arguments: Vec<String> = call.split(' ').chain(with.iter().copied()).map(str::to_owned).collect();
        arguments.extend(["--output".to_owned(), "json".to_owned()]);
        let options =
            [("--profile", &self.aws.profile), ("--region", &self.aws.region), ("--endpoint-url", &self.aws.endpoint)];
        for (option, value) in options {
            if let Some(value) = value {
                arguments.extend([option.to_owned(), value.clone()]);
            }
        }
        let what = format!("aws {call}");
        let mut tried = 0;
        loop {
            let ran = self.door.programs.run(&self.aws.program, &arguments);
            let ran = ran.map_err(|reason| CollectError::NoAnswer { what: what.clone(), reason })?;
            if ran.ok {
                return answer(ran.out, &what);
            }
            let error = Failed::of(&ran.err);
            if error.is_for_now() && tried < self.retries {
                (self.door.progress)(&format!("{what}: {}", error.code));
                self.door.clock.wait(backoff(tried));
                tried += 1;
                continue;
            }
            return error.told(what);
        }
    }

    /// A call that has an answer for everybody.
    fn must(&self, call: &str) -> Result<Vec<u8>, CollectError> {
        match self.call(call, &[])? {
            Answer::Object(body) => Ok(body),
            Answer::Absent { code, message } => {
                Err(CollectError::Refused { what: format!("aws {call}"), reason: format!("{code}: {message}") })
            }
        }
    }

    fn keep_identity(&self, body: &[u8], store: &mut Store<'_>) -> Result<(), CollectError> {
        if store.left("sts/get-caller-identity") == Left::Nothing {
            return Ok(());
        }
        let started_at = self.door.clock.now().to_string();
        self.keep("sts/get-caller-identity", "aws sts get-caller-identity", (1, started_at, body), store)?;
        store.end("sts/get-caller-identity", "a single answer")
    }

    fn keep(
        &self,
        name: &str,
        query: &str,
        (rows, started_at, body): (u64, String, &[u8]),
        store: &mut Store<'_>,
    ) -> Result<(), CollectError> {
        let file = Some(format!("{name}.json"));
        store.put(&Fetched { list: name, file, query, rows, next: None, started_at, body })
    }

    /// One call, all pages of it, in one file. `rows` says where its records stand, if it is a list.
    fn list(&self, name: &str, call: &str, rows: &str, store: &mut Store<'_>) -> Result<(), CollectError> {
        self.list_with(name, (call, &[]), rows, store)
    }

    fn list_with(
        &self,
        name: &str,
        (call, with): (&str, &[&str]),
        rows: &str,
        store: &mut Store<'_>,
    ) -> Result<(), CollectError> {
        if store.left(name) == Left::Nothing {
            return Ok(());
        }
        let started_at = self.door.clock.now().to_string();
        let body = self.call(call, with)?.into_bytes();
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        let count =
            value.get(rows).and_then(Value::as_array).map_or(u64::from(rows.is_empty()), |rows| rows.len() as u64);
        let query = if with.is_empty() { format!("aws {call}") } else { format!("aws {call} {}", with.join(" ")) };
        self.keep(name, &query, (count, started_at, &body), store)?;
        let truncated = value.get("IsTruncated").and_then(Value::as_bool) == Some(true);
        let more = ["NextToken", "nextToken", "Marker", "NextMarker"]
            .iter()
            .any(|key| value.get(key).is_some_and(Value::is_string));
        match () {
            () if truncated || more => {
                Err(CollectError::Odd { what: query, reason: "it says that there is more".to_owned() })
            }
            () if rows.is_empty() => store.end(name, "a single answer"),
            () => store.end(name, "IsTruncated is not true and there is no NextToken: aws followed all pages"),
        }
    }

    /// What is asked of each thing that a list names.
    fn each(&self, each: &Each, store: &mut Store<'_>) -> Result<(), CollectError> {
        let (attribute, option) = each.name;
        for name in names(store, each.list, each.rows, attribute) {
            let file = format!("{}/{}", each.folder, file_name(short(&name)));
            let done = match &each.ask {
                Asked::One(call, rows) => self.list_with(&file, (call, &[option, &name]), rows, store),
                Asked::Together(key, calls) => self.together(&file, (key, &name, option), calls, store),
            };
            store.miss_or_stop(done)?;
        }
        Ok(())
    }

    /// Several answers about one thing in one file, each under the name of its operation.
    fn together(
        &self,
        file: &str,
        (key, name, option): (&str, &str, &str),
        calls: &[(&str, &str)],
        store: &mut Store<'_>,
    ) -> Result<(), CollectError> {
        if store.left(file) == Left::Nothing {
            return Ok(());
        }
        let started_at = self.door.clock.now().to_string();
        let mut text = format!("{{\n{}: {}", Value::from(key), Value::from(name));
        let mut refused = None;
        for (operation, call) in calls {
            match self.call(call, &[option, name]) {
                Ok(answer) => {
                    let body = answer.into_bytes();
                    text.push_str(&format!(",\n\"{operation}\": {}", String::from_utf8_lossy(&body).trim()));
                }
                // What could not be asked is left out: it is unknown, not absent.
                Err(error @ (CollectError::Refused { .. } | CollectError::Odd { .. })) => refused = Some(error),
                Err(error) => return Err(error),
            }
        }
        text.push_str("\n}\n");
        let operations: Vec<&str> = calls.iter().map(|(operation, _)| *operation).collect();
        let query = format!("aws {option} {name}: {}", operations.join(", "));
        self.keep(file, &query, (1, started_at, text.as_bytes()), store)?;
        match refused {
            Some(error) => Err(error),
            None => store.end(file, "single answers"),
        }
    }

    /// The tags of what lists name: the answer does not say whose they are, so that is added.
    fn tags(&self, store: &mut Store<'_>) -> Result<(), CollectError> {
        for (list, rows, attribute) in TAGGED {
            for arn in names(store, list, rows, attribute) {
                let file = format!("sagemaker/list-tags/{}", file_name(&short(&arn).replace('/', ".")));
                if store.left(&file) == Left::Nothing {
                    continue;
                }
                let started_at = self.door.clock.now().to_string();
                let done = self.call("sagemaker list-tags", &["--resource-arn", &arn]).and_then(|answer| {
                    let mut value: Value = serde_json::from_slice(&answer.into_bytes()).unwrap_or_default();
                    let count = value.get("Tags").and_then(Value::as_array).map_or(0, |tags| tags.len() as u64);
                    if let Value::Object(value) = &mut value {
                        value.insert("ResourceArn".to_owned(), Value::from(arn.as_str()));
                    }
                    let body = serde_json::to_vec_pretty(&value).unwrap_or_default();
                    let query = format!("aws sagemaker list-tags --resource-arn {arn}");
                    self.keep(&file, &query, (count, started_at, &body), store)?;
                    store.end(&file, "there is no NextToken: aws followed all pages")
                });
                store.miss_or_stop(done)?;
            }
        }
        Ok(())
    }
}

impl Answer {
    /// The answer as it is kept: what is not there is told by its error.
    fn into_bytes(self) -> Vec<u8> {
        match self {
            Answer::Object(body) => body,
            Answer::Absent { code, message } => {
                serde_json::json!({ "__error__": { "Code": code, "Message": message } }).to_string().into_bytes()
            }
        }
    }
}

fn answer(out: Vec<u8>, what: &str) -> Result<Answer, CollectError> {
    // Where there is nothing to say (a bucket that was never versioned), the command prints nothing.
    if out.iter().all(u8::is_ascii_whitespace) {
        return Ok(Answer::Object(b"{}".to_vec()));
    }
    match serde_json::from_slice::<Value>(&out) {
        Ok(Value::Object(_)) => Ok(Answer::Object(out)),
        _ => Err(CollectError::Odd { what: what.to_owned(), reason: "it is no JSON object".to_owned() }),
    }
}

/// Why a call failed: `An error occurred (CODE) when calling the OPERATION operation: MESSAGE`.
struct Failed {
    code: String,
    message: String,
}

impl Failed {
    fn of(err: &str) -> Failed {
        let parsed = err.split_once("An error occurred (").and_then(|(_, rest)| rest.split_once(')'));
        match parsed {
            Some((code, rest)) => {
                let message = rest.split_once(": ").map_or(rest, |(_, message)| message);
                Failed { code: code.to_owned(), message: first_line(message) }
            }
            None => Failed { code: String::new(), message: first_line(err) },
        }
    }

    fn is_for_now(&self) -> bool {
        let codes = [
            "Throttl",
            "TooManyRequests",
            "RequestLimitExceeded",
            "SlowDown",
            "ServiceUnavailable",
            "InternalError",
            "InternalFailure",
        ];
        let words = ["Could not connect", "Connection was closed", "timed out", "Read timeout"];
        codes.iter().any(|code| self.code.contains(code)) || words.iter().any(|part| self.message.contains(part))
    }

    fn told(self, what: String) -> Result<Answer, CollectError> {
        let Failed { code, message } = self;
        let absent = code.starts_with("NoSuch") || code.contains("NotFound") || code == "ResourceNotFound";
        if absent {
            return Ok(Answer::Absent { code, message });
        }
        let reason = if code.is_empty() { message } else { format!("{code}: {message}") };
        let no_entry =
            ["ExpiredToken", "InvalidClientTokenId", "UnrecognizedClient", "SignatureDoesNotMatch", "AuthFailure"];
        Err(match () {
            // The credentials are at fault, and will be for every other call.
            () if no_entry.iter().any(|part| reason.contains(part))
                || reason.contains("Unable to locate credentials") =>
            {
                CollectError::NoAnswer { what, reason }
            }
            () if reason.contains("AccessDenied")
                || reason.contains("UnauthorizedOperation")
                || reason.contains("not authorized") =>
            {
                CollectError::Refused { what, reason }
            }
            () if code.is_empty() => CollectError::NoAnswer { what, reason },
            () => CollectError::Odd { what, reason },
        })
    }
}

/// What the last part of an ARN names.
fn short(name: &str) -> &str {
    if name.starts_with("arn:") { name.rsplit(':').next().unwrap_or(name) } else { name }
}

/// The names in a list that is here; of a list that ends in `/`, in all lists of that folder.
fn names(store: &Store<'_>, list: &str, rows: &str, attribute: &str) -> Vec<String> {
    let lists = if list.ends_with('/') { store.lists_below(list) } else { vec![list.to_owned()] };
    let mut names = Vec::new();
    for body in lists.iter().flat_map(|list| store.pages(list)) {
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        let records = value.get(rows).and_then(Value::as_array).cloned().unwrap_or_default();
        let named = records.iter().filter_map(|record| record.get(attribute)?.as_str().map(str::to_owned));
        names.extend(named);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart() {
        let told = |err: &str| Failed::of(err).told("x".to_owned());
        let absent = told(
            "\nAn error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist\n",
        );
        assert!(matches!(absent, Ok(Answer::Absent { code, .. }) if code == "NoSuchBucketPolicy"));
        let absent =
            told("An error occurred (ServerSideEncryptionConfigurationNotFoundError) when calling the X operation: y");
        assert!(matches!(absent, Ok(Answer::Absent { .. })));
        let denied = told("An error occurred (AccessDenied) when calling the X operation: no");
        assert!(matches!(denied, Err(CollectError::Refused { .. })));
        let expired = told("An error occurred (ExpiredToken) when calling the X operation: no");
        assert!(matches!(expired, Err(CollectError::NoAnswer { .. })));
        assert!(matches!(told("Unable to locate credentials"), Err(CollectError::NoAnswer { .. })));
        assert!(Failed::of("An error occurred (ThrottlingException) when calling the X operation: slow").is_for_now());
        assert!(!Failed::of("An error occurred (AccessDenied) when calling the X operation: no").is_for_now());
    }
}
