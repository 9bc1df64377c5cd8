//! `tickmark collect`

use std::time::Duration;

use tickmark_collect::{Aws, Clock, Commands, Door, GitHub, Kubernetes, Manner, Mlflow, Secret, System, Web};
use tickmark_facts::Time;

use crate::arguments::{CollectArguments, CollectManner, CollectSystem};
use crate::commands::Outcome;
use crate::terminal::Ticker;
use crate::{NOT_EVALUATED, OK, World};

/// How many of the things that are missing are told.
const SHOWN: usize = 10;

pub(crate) fn run(arguments: &CollectArguments, world: &mut World<'_>) -> Outcome {
    let (system, manner) = system(&arguments.system)?;
    let ticker = Ticker::start(world.progress);
    let tell = |what: &str| ticker.tell(what);
    let web = web(&arguments.system, world)?;
    let door = Door { transport: &web, programs: &Commands, clock: &RealTime, progress: &tell };
    let how = Manner {
        fresh: manner.fresh,
        retries: manner.retries,
        collector: concat!("tickmark ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let collected = tickmark_collect::collect(&system, &manner.output, &how, &door);
    drop(ticker);
    let collected = collected.map_err(|error| error.to_string())?;
    let clean = |text: &str| tickmark_report::clean(text).into_owned();
    let kept =
        if collected.kept == 0 { String::new() } else { format!(", {} of them kept from before", collected.kept) };
    world.out(&format!(
        "{} in {}: {} files{kept}, {} records\n",
        clean(&collected.target),
        manner.output.display(),
        collected.files,
        collected.rows
    ));
    if collected.missing.is_empty() {
        let again = if collected.kept == collected.files { "; `--fresh` collects it anew" } else { "" };
        world.out(&format!("complete{again}\n"));
        return Ok(OK);
    }
    let mut told = String::from("not complete: this is missing\n");
    for missing in collected.missing.iter().take(SHOWN) {
        told.push_str(&format!("  {}\n", clean(missing)));
    }
    if collected.missing.len() > SHOWN {
        told.push_str(&format!("  … and {} more: `collection.json` lists them\n", collected.missing.len() - SHOWN));
    }
    told.push_str("run it again: what is there is not fetched again\n");
    world.err(&told);
    Ok(NOT_EVALUATED)
}

fn system(system: &CollectSystem) -> Result<(System, &CollectManner), String> {
    Ok(match system {
        CollectSystem::Mlflow { uri, token_env, page_size, manner, .. } => {
            let token = token(token_env.as_deref())?;
            (System::Mlflow(Mlflow { uri: uri.clone(), token, page_size: *page_size }), manner)
        }
        CollectSystem::Github { repository, api, token_env, page_size, manner, .. } => {
            let (repository, api) = (repository.clone(), api.clone());
            let token = token(token_env.as_deref())?;
            (System::GitHub(GitHub { repository, api, token, page_size: *page_size }), manner)
        }
        CollectSystem::Aws { profile, region, endpoint_url, program, manner } => {
            let (profile, region, endpoint) = (profile.clone(), region.clone(), endpoint_url.clone());
            (System::Aws(Aws { program: program.clone(), profile, region, endpoint }), manner)
        }
        CollectSystem::Kubernetes { context, program, manner } => {
            (System::Kubernetes(Kubernetes { program: program.clone(), context: context.clone() }), manner)
        }
    })
}

/// The network, with the authority that is named.
fn web(system: &CollectSystem, world: &World<'_>) -> Result<Web, String> {
    let (CollectSystem::Mlflow { ca_file, .. } | CollectSystem::Github { ca_file, .. }) = system else {
        return Ok(Web::default());
    };
    let Some(path) = ca_file else { return Ok(Web::default()) };
    let pem = world.files.read(path).map_err(|error| error.to_string())?;
    Web::trusting(&pem).map_err(|why| format!("`{path}` cannot be used: {why}"))
}

/// The token in an environment variable: on a command line others could read it.
fn token(name: Option<&str>) -> Result<Option<Secret>, String> {
    let Some(name) = name else { return Ok(None) };
    let value = std::env::var(name).ok().and_then(|value| Secret::new(&value));
    value.map(Some).ok_or_else(|| format!("the environment variable `{name}` holds no token"))
}

/// The clock of this machine.
struct RealTime;

impl Clock for RealTime {
    fn now(&self) -> Time {
        crate::now()
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
