//! `creneau serve`.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run, ended::ended};
use crate::app::App;
use crate::config::Config;
use crate::{http, telemetry};

/// How often the numbers behind /metrics are summed up.
const UPKEEP: Duration = Duration::from_secs(5);

/// Run the service: website, API and calendars
///
/// Ready when /health/ready answers 200. Ctrl-C or SIGTERM finishes what is under way and stops. Where nobody may operate
/// yet, a one-time link in the log makes the first operator's account.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  creneau serve
  creneau serve --listen 0.0.0.0:8080 --data /var/lib/creneau
  creneau serve --print-config")]
pub struct Serve {
    /// Where to listen [default: 127.0.0.1:8080]; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    #[command(flatten)]
    place: Place,
    /// Print the settings that hold, each with where it comes from, and end
    #[arg(long)]
    print_config: bool,
}

impl Run for Serve {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let config = service::read(self.place.overrides().flag("--listen", "server.listen", self.listen))?;
        if self.print_config {
            console.print(&config.to_toml())?;
            return Ok(Outcome::Fine);
        }
        telemetry::log_to_stderr(&config.log).map_err(|error| not_started(&error.to_string()))?;
        let app = open(&config)?;
        if config.demo.on_first_start {
            super::demo::fill_when_empty(&app, console)?;
        }
        let worker = config.jobs.in_process.then(|| service::work(&app, &config)).transpose()?;
        let served = actix_web::rt::System::new().block_on(serve(app, &config, console));
        // Work under way is given back before the process ends.
        drop(worker);
        served.map(|()| Outcome::Fine)
    }
}

/// The database, up to date, with somebody who may use it.
fn open(config: &Config) -> Result<App, Failure> {
    let store = service::store(config)?;
    let done = store.migrate().map_err(|error| service::unusable(config, &error))?;
    for migration in done {
        tracing::info!(%migration, "the tables are brought up to date");
    }
    let app = service::app(store, config);
    if let Some(link) = app.first_invitation().map_err(service::refused)? {
        // A secret in the log: there is no other way yet to hand it to whoever runs the service. Besides it only the keys
        // to a demo school are told, where one is made (`demo.on_first_start`).
        tracing::warn!(%link, "nobody may operate yet: this link makes the first operator's account, once");
    }
    Ok(app)
}

async fn serve(app: App, config: &Config, console: &Console) -> Result<(), Failure> {
    let metrics = telemetry::Metrics::install().map_err(|error| not_started(&error.to_string()))?;
    let listening = http::listen(app, metrics.clone(), &config.server).map_err(|error| {
        let place = config.server.listen.to_string();
        Failure::system("listen", &place, error.to_string(), "choose another address or port, or end what uses it")
    })?;
    // A port that was chosen is known only now.
    console.tell(&format!("listening on http://{}\n", listening.address));
    let handle = listening.handle();
    actix_web::rt::spawn(async move {
        ended().await;
        tracing::info!("stopping: requests under way are finished");
        handle.stop(true).await;
    });
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(UPKEEP).await;
            metrics.sum_up();
        }
    });
    listening.run().await.map_err(|error| not_started(&error.to_string()))
}

fn not_started(message: &str) -> Failure {
    Failure::system(
        "serve",
        "",
        message,
        "see the message; the configuration is shown by `creneau serve --print-config`",
    )
}
