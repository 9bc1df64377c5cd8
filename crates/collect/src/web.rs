//! Questions over HTTP, asked again where the answer is that there is none now.

use crate::{Clock, CollectError, Secret};
use std::io::Read;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// The longest answer that is taken.
const LONGEST: u64 = 256 << 20;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The longest that is waited because the system asks for it.
const LONGEST_WAIT: u64 = 300;

/// How a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// For something that is there.
    Get,
    /// With a body, for a search.
    Post,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// How.
    pub method: Method,
    /// Where, with the parameters.
    pub url: String,
    /// Headers without credentials.
    pub headers: Vec<(&'static str, String)>,
    /// The token that is sent along.
    pub token: Option<Secret>,
    /// A body in JSON.
    pub body: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<String>,
    /// `Link`.
    pub link: Option<String>,
    /// `x-ratelimit-remaining` and `x-ratelimit-reset` (seconds since 1970), as GitHub sends them.
    pub limit: Option<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The network.
pub trait Transport {
    /// Asks once.
    ///
    /// # Errors
    /// In plain words where no answer came.
    fn ask(&self, ask: &Ask) -> Result<Reply, String>;
}

/// The network of this machine.
pub struct Web {
    agent: ureq::Agent,
}

impl Default for Web {
    fn default() -> Self {
        Self::with(RootCerts::WebPki)
    }
}

impl Web {
    /// The network, where servers are who an authority of one's own says they are: its certificates, in PEM.
    ///
    /// # Errors
    /// Where there is no certificate in the text.
    pub fn trusting(pem: &[u8]) -> Result<Self, String> {
        let items: Result<Vec<PemItem<'_>>, _> = parse_pem(pem).collect();
        let items = items.map_err(|error| format!("it is no PEM: {error}"))?;
        let certificates: Vec<Certificate<'static>> = items
            .iter()
            .filter_map(|item| match item {
                PemItem::Certificate(certificate) => Some(certificate.to_owned()),
                _ => None,
            })
            .collect();
        if certificates.is_empty() {
            return Err("it holds no certificate in PEM".to_owned());
        }
        Ok(Self::with(RootCerts::from(certificates)))
    }

    fn with(authorities: RootCerts) -> Self {
        let config = ureq::Agent::config_builder()
            // An answer of any status is an answer, and a redirect could carry a token elsewhere.
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .tls_config(TlsConfig::builder().root_certs(authorities).build())
            .build();
        Self { agent: config.into() }
    }
}

impl Transport for Web {
    fn ask(&self, ask: &Ask) -> Result<Reply, String> {
        let why = |error: ureq::Error| error.to_string();
        let bearer = ask.token.as_ref().map(|token| format!("Bearer {}", token.expose()));
        let response = match ask.method {
            Method::Get => {
                let mut request = self.agent.get(&ask.url);
                for (name, value) in &ask.headers {
                    request = request.header(*name, value);
                }
                if let Some(bearer) = bearer {
                    request = request.header("Authorization", bearer);
                }
                request.call()
            }
            Method::Post => {
                let mut request = self.agent.post(&ask.url).header("Content-Type", "application/json");
                for (name, value) in &ask.headers {
                    request = request.header(*name, value);
                }
                if let Some(bearer) = bearer {
                    request = request.header("Authorization", bearer);
                }
                request.send(ask.body.as_deref().unwrap_or_default())
            }
        };
        let mut response = response.map_err(why)?;
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let limit = header("x-ratelimit-remaining").zip(header("x-ratelimit-reset"));
        let (retry_after, link) = (header("retry-after"), header("link"));
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let mut reader = response.body_mut().with_config().limit(LONGEST + 1).reader().take(LONGEST + 1);
        reader.read_to_end(&mut body).map_err(|error| error.to_string())?;
        if body.len() as u64 > LONGEST {
            return Err(format!("the answer is longer than the limit of {} MiB", LONGEST >> 20));
        }
        Ok(Reply { status, retry_after, link, limit, body })
    }
}

/// Asks until there is an answer, or it is hopeless.
pub(crate) struct Asker<'a> {
    pub(crate) transport: &'a dyn Transport,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) retries: u32,
    pub(crate) progress: &'a dyn Fn(&str),
}

impl Asker<'_> {
    /// The answer to a question. `what` names it, without parameters, in messages.
    pub(crate) fn ask(&self, ask: &Ask, what: &str) -> Result<Reply, CollectError> {
        let mut tried = 0;
        loop {
            let answer = self.transport.ask(ask);
            let reason = match &answer {
                Ok(reply) if (200..300).contains(&reply.status) => return self.whole(ask, what, reply.clone()),
                Ok(reply) => clean(ask, &said(reply)),
                Err(why) => clean(ask, why),
            };
            let wait = match &answer {
                Ok(reply) => match self.wait_for(reply, tried) {
                    Some(wait) => wait,
                    None => return Err(refused(reply.status, what, reason)),
                },
                Err(_) => Some(backoff(tried)),
            };
            let Some(wait) = wait.filter(|_| tried < self.retries) else {
                return Err(CollectError::NoAnswer { what: what.to_owned(), reason });
            };
            tried += 1;
            (self.progress)(&format!("{what}: {reason}; asked again in {} s", wait.as_secs()));
            self.clock.wait(wait);
        }
    }

    /// An answer that holds the token is not kept: files of a collection are shown to others.
    fn whole(&self, ask: &Ask, what: &str, reply: Reply) -> Result<Reply, CollectError> {
        if ask.token.as_ref().is_some_and(|token| token.is_in(&reply.body)) {
            let reason = "it repeats the token that was sent, and is not written down".to_owned();
            return Err(CollectError::Odd { what: what.to_owned(), reason });
        }
        Ok(reply)
    }

    /// How long to wait after an answer that is none for now: `Some(None)` where it would be too long, `None` where the answer
    /// is final.
    fn wait_for(&self, reply: &Reply, tried: u32) -> Option<Option<Duration>> {
        let spent = reply.limit.as_ref().filter(|(remaining, _)| remaining == "0");
        let later = matches!(reply.status, 429 | 500..=599 | 408) || (reply.status == 403 && spent.is_some());
        if !later {
            return None;
        }
        let now = self.clock.now().0 / 1_000_000;
        let until = spent.and_then(|(_, reset)| reset.parse::<i64>().ok()).map(|reset| (reset - now).max(1));
        let asked = reply.retry_after.as_ref().and_then(|after| after.trim().parse::<u64>().ok());
        let seconds = asked.or_else(|| until.and_then(|until| u64::try_from(until).ok()));
        Some(match seconds {
            Some(seconds) if seconds > LONGEST_WAIT => None,
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => Some(backoff(tried)),
        })
    }
}

/// 1, 2, 4 … seconds, at most a minute.
pub(crate) fn backoff(tried: u32) -> Duration {
    Duration::from_secs(1 << tried.min(5)).min(Duration::from_secs(60))
}

fn refused(status: u16, what: &str, reason: String) -> CollectError {
    let what = what.to_owned();
    match status {
        401 | 403 | 407 => CollectError::Refused { what, reason },
        404 | 410 => CollectError::NotThere { what, reason },
        300..=399 => CollectError::Refused {
            what,
            reason: format!("{reason}: it is somewhere else, and redirects are not followed"),
        },
        _ => CollectError::Odd { what, reason },
    }
}

/// What an answer says that is no success: its status, and its message in one line.
fn said(reply: &Reply) -> String {
    let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let message = value.get("message").or_else(|| value.get("error_code")).and_then(serde_json::Value::as_str);
    match message {
        Some(message) => format!("{} {message}", reply.status),
        None => format!("status {}", reply.status),
    }
}

/// A text of the other side as it may be shown: without credentials, in one line, shortened.
fn clean(ask: &Ask, text: &str) -> String {
    const LONGEST: usize = 200;
    let text = ask.token.as_ref().map_or_else(|| text.to_owned(), |token| token.scrub(text));
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST).collect()
}

/// A text as a part of a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// An address to ask: `http` or `https`, without credentials, without a slash at the end.
pub(crate) fn address(url: &str) -> Result<String, CollectError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() {
        return Err(CollectError::Wrong("an address begins with `http://` or `https://` and a host".to_owned()));
    }
    if host.contains('@') {
        let why = "an address holds no credentials: put the token into an environment variable, and name that with `--token-env`";
        return Err(CollectError::Wrong(why.to_owned()));
    }
    Ok(url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use tickmark_facts::Time;

    struct Scripted(RefCell<Vec<Result<Reply, String>>>);

    impl Transport for Scripted {
        fn ask(&self, _: &Ask) -> Result<Reply, String> {
            let mut left = self.0.borrow_mut();
            if left.is_empty() { Err("nothing left".to_owned()) } else { left.remove(0) }
        }
    }

    #[derive(Default)]
    struct Waits(RefCell<Vec<u64>>);

    impl Clock for Waits {
        fn now(&self) -> Time {
            Time(1_000_000_000_000)
        }
        fn wait(&self, time: Duration) {
            self.0.borrow_mut().push(time.as_secs());
        }
    }

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.as_bytes().to_vec(), ..Reply::default() }
    }

    fn asked(answers: Vec<Result<Reply, String>>) -> (Result<Reply, CollectError>, Vec<u64>) {
        let (transport, clock) = (Scripted(RefCell::new(answers)), Waits::default());
        let asker = Asker { transport: &transport, clock: &clock, retries: 4, progress: &|_| {} };
        let ask = Ask {
            method: Method::Get,
            url: "http://x".to_owned(),
            headers: Vec::new(),
            token: Secret::new("hunter2"),
            body: None,
        };
        let answer = asker.ask(&ask, "x");
        (answer, clock.0.into_inner())
    }

    #[test]
    fn what_fails_for_now_is_asked_again() {
        let later = |after: &str| Ok(Reply { retry_after: Some(after.to_owned()), ..reply(429, "") });
        let (answer, waits) =
            asked(vec![Err("reset".to_owned()), Ok(reply(503, "")), later("7"), Ok(reply(200, "{}"))]);
        assert_eq!((answer.unwrap().status, waits), (200, vec![1, 2, 7]));
        let limited = Reply { limit: Some(("0".to_owned(), "1000030".to_owned())), ..reply(403, "") };
        let (answer, waits) = asked(vec![Ok(limited), Ok(reply(200, ""))]);
        assert!(answer.is_ok() && waits == [30]);
        let (answer, waits) = asked(vec![later("4000")]);
        assert!(matches!(answer, Err(CollectError::NoAnswer { .. })) && waits.is_empty(), "nobody waits for an hour");
        let (answer, waits) = asked(vec![]);
        assert!(matches!(answer, Err(CollectError::NoAnswer { .. })));
        assert_eq!(waits, [1, 2, 4, 8]);
    }

    #[test]
    fn what_is_final_is_not() {
        let denied = "{\"message\": \"token hunter2 is bad\"}";
        let (answer, waits) = asked(vec![Ok(reply(401, denied))]);
        assert_eq!(answer.unwrap_err().to_string(), "x refuses: 401 token *** is bad");
        assert!(waits.is_empty());
        assert!(matches!(asked(vec![Ok(reply(404, ""))]).0, Err(CollectError::NotThere { .. })));
        assert!(matches!(asked(vec![Ok(reply(302, ""))]).0, Err(CollectError::Refused { .. })));
        let (answer, _) = asked(vec![Ok(reply(200, "{\"you\": \"hunter2\"}"))]);
        assert!(answer.unwrap_err().to_string().contains("repeats the token"));
    }

    #[test]
    fn addresses_hold_no_credentials() {
        assert_eq!(address("http://a:5000/x/?token=1#y").unwrap(), "http://a:5000/x");
        for url in ["ftp://a", "a", "https://", "http://user:hunter2@a/"] {
            let error = address(url).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert_eq!(encoded("a b/ü"), "a%20b%2F%C3%BC");
    }
}
