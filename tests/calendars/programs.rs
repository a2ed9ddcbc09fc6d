//! `vdirsyncer` and `khal` subscribe to a feed of the running service, as people's own programs do: what they list is what
//! the school decided, over both changes of the clocks.

use super::links::Scene;
use crate::support::{
    python::{ROOT, run},
    service::{Backend, on_both},
};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeMap, fs, path::Path, process::Command};
use tempfile::TempDir;

on_both!(programs_see_classes_moved_and_called_off);

/// A class as `khal` lists it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct Listed {
    title: String,
    #[serde(rename = "start-long")]
    start: String,
    #[serde(rename = "end-long")]
    end: String,
    status: String,
    url: String,
}

/// Somebody's computer.
struct Subscriber {
    home: TempDir,
}

impl Subscriber {
    /// One in this time zone that subscribes to a feed.
    fn new(zone: &str, feed: &str) -> Self {
        let home = TempDir::new().unwrap();
        let folder = home.path().join("calendar");
        fs::create_dir(&folder).unwrap();
        let (folder, database) = (folder.display(), home.path().join("khal.db"));
        let vdirsyncer = format!(
            "[general]\nstatus_path = \"{}\"\n\
             [pair school]\na = \"feed\"\nb = \"calendar\"\ncollections = null\nconflict_resolution = \"a wins\"\n\
             [storage feed]\ntype = \"http\"\nurl = \"{feed}\"\n\
             [storage calendar]\ntype = \"filesystem\"\npath = \"{folder}\"\nfileext = \".ics\"\n",
            home.path().join("status").display()
        );
        let khal = format!(
            "[calendars]\n[[school]]\npath = {folder}\nreadonly = True\n\
             [locale]\nlocal_timezone = {zone}\ndefault_timezone = {zone}\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n\
             longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n\
             [sqlite]\npath = {}\n",
            database.display()
        );
        fs::write(home.path().join("vdirsyncer.conf"), vdirsyncer).unwrap();
        fs::write(home.path().join("khal.conf"), khal).unwrap();
        let subscriber = Self { home };
        subscriber.run("vdirsyncer", &["discover"]);
        subscriber
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let path = Path::new(ROOT).join(".venv/bin").join(program);
        assert!(path.exists(), "{} is missing: `make test` sets it up", path.display());
        let mut command = Command::new(path);
        command.arg("-c").arg(self.home.path().join(format!("{program}.conf"))).args(arguments);
        command.env("HOME", self.home.path()).env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
        let answer = run(&mut command, b"");
        assert!(answer.ok, "{program} {arguments:?}: {}{}", answer.output, answer.complaint);
        answer.output
    }

    /// What the own calendar lists after a look at the feed, by title.
    fn list(&self) -> BTreeMap<String, Listed> {
        self.run("vdirsyncer", &["sync"]);
        let fields = ["title", "start-long", "end-long", "status", "url"].map(|field| ["--json", field]);
        let arguments = [&["list", "--once"], fields.as_flattened(), &["2030-03-01", "2030-12-01"]].concat();
        let output = self.run("khal", &arguments);
        // A list for each day.
        let days = output.lines().filter(|line| !line.is_empty());
        let listed = days.flat_map(|line| serde_json::from_str::<Vec<Listed>>(line).unwrap());
        listed.map(|class| (class.title.clone(), class)).collect()
    }
}

fn programs_see_classes_moved_and_called_off(backend: Backend) {
    // The hours in Paris and on Réunion; the days are those around both changes of Paris's clocks.
    for zone in ["Europe/Paris", "Indian/Reunion"] {
        let link = "https://visio.example.org/b/martin";
        let scene = Scene::new(backend, zone, Some(link));
        let days = ["2030-03-29", "2030-04-01", "2030-10-25", "2030-10-28"];
        let classes: Vec<String> =
            days.iter().map(|day| scene.book(&format!("Maths {day}"), &format!("{day}T09:00"), None)).collect();
        // Titles hold what must be escaped, and more than a line holds.
        let odd = "Ça, c’est; l’histoire\\géo: \"la Réunion\" 🎓 ".repeat(3);
        scene.book(odd.trim(), "2030-03-28T10:00", None);

        let subscriber = Subscriber::new(zone, &scene.service.url(&scene.feed));
        let listed = subscriber.list();
        assert_eq!(listed.len(), days.len() + 1, "{listed:?}");
        assert!(listed.contains_key(&format!("{} – 6e B", odd.trim())), "{listed:?}");
        let titles: Vec<String> = days.iter().map(|day| format!("Maths {day} – 6e B")).collect();
        for (title, day) in titles.iter().zip(days) {
            let class = &listed[title];
            assert_eq!((&*class.start, &*class.end), (&*format!("{day} 09:00"), &*format!("{day} 09:55")));
            assert_eq!((class.status.trim(), &*class.url), ("CONFIRMED", link));
        }
        // Somebody on the other side of the earth sees the same instants.
        let utc = Subscriber::new("UTC", &scene.service.url(&scene.feed)).list();
        let hours: Vec<&str> = titles.iter().map(|title| &utc[title].start[11..]).collect();
        let expected = if zone == "Europe/Paris" { ["08:00", "07:00", "07:00", "08:00"] } else { ["05:00"; 4] };
        assert_eq!(hours, expected, "{zone}");

        // One moves to the other side of the change, one is called off.
        let path = |class: usize| format!("/api/v1/sessions/{}", classes[class]);
        scene.service.patch_json(&path(0), &json!({"starts_at_local": "2030-04-02T10:00"})).expect(200);
        scene.service.post_json(&format!("{}/cancellation", path(2)), &json!({})).expect(200);
        let changed = subscriber.list();
        assert_eq!(changed.len(), listed.len(), "{changed:?}");
        assert_eq!(changed[&titles[0]].start, "2030-04-02 10:00");
        let off = format!("Annulé : {}", titles[2]);
        assert_eq!(changed[&off].status.trim(), "CANCELLED");
        assert_eq!((&changed[&titles[1]], &changed[&titles[3]]), (&listed[&titles[1]], &listed[&titles[3]]));

        // What was called off long ago is gone.
        let aged = format!(
            "UPDATE sessions SET starts_at = '2020-03-23 08:00:00', ends_at = '2020-03-23 09:00:00', \
             changed_at = '2020-03-23 08:00:00' WHERE id = '{}'",
            classes[2]
        );
        assert_eq!(scene.service.site().sql(&aged), 1);
        // Behind the service's back: what feeds show is made anew for who asks next.
        assert!(scene.service.site().sql("UPDATE feed_revisions SET revision = revision + 1") > 0);
        let gone = subscriber.list();
        assert_eq!(gone.len(), listed.len() - 1);
        assert!(!gone.contains_key(&off), "{gone:?}");
    }
}
