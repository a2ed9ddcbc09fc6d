//! Changes as the command line takes them, and what a scenario means as text.

use chrono::NaiveDate;

use crate::domain::scenario::{LimitChange, MoreSchools, OwnServer};
use crate::planning::what_if::{Both, Effect};

/// `POOL=N`, `POOL=N%`, each with `@DATE`; `*` is every pool.
pub fn limit(text: &str) -> Result<LimitChange, String> {
    let form = || format!("{text} is not POOL=CONNECTIONS or POOL=PERCENT%, such as platform=50%@2020-03-24");
    let (pool, value) = text.rsplit_once('=').filter(|(pool, _)| !pool.is_empty()).ok_or_else(form)?;
    let (number, on) = match value.split_once('@') {
        Some((number, day)) => {
            (number, Some(day.parse::<NaiveDate>().map_err(|_| format!("{day} is no date such as 2020-03-24"))?))
        }
        None => (value, None),
    };
    let (percent, connections) = match number.strip_suffix('%') {
        Some(percent) => (Some(percent.parse().map_err(|_| form())?), None),
        None => (None, Some(number.parse().map_err(|_| form())?)),
    };
    Ok(LimitChange { pool: (pool != "*").then(|| pool.to_owned()), percent, connections, on })
}

/// `POOL=N` or `POOL=N:OTHER`.
pub fn own_server(text: &str) -> Result<OwnServer, String> {
    let form = || format!("{text} is not POOL=CONNECTIONS or POOL=CONNECTIONS:OTHER, such as platform=900");
    let (pool, value) = text.split_once('=').filter(|(pool, _)| !pool.is_empty()).ok_or_else(form)?;
    let (number, of) = value.split_once(':').map_or((value, None), |(number, of)| (number, Some(of.to_owned())));
    Ok(OwnServer { pool: pool.to_owned(), of, connections: number.parse().map_err(|_| form())? })
}

/// `NxGROUPS:POOL,POOL`.
pub fn more_schools(text: &str) -> Result<MoreSchools, String> {
    let form = || format!("{text} is not SCHOOLSxGROUPS:POOL,POOL, such as 3x16:platform,login");
    let (size, pools) = text.split_once(':').ok_or_else(form)?;
    let (schools, groups) = size.split_once('x').ok_or_else(form)?;
    let number = |text: &str| text.parse().map_err(|_| form());
    let pools = pools.split(',').map(str::to_owned).filter(|pool| !pool.is_empty()).collect();
    Ok(MoreSchools { schools: number(schools)?, groups: number(groups)?, pools, weight: None })
}

/// What a scenario means.
pub fn told(effect: &Effect) -> String {
    let mut text = format!("{} requests                          today        then\n", effect.requests);
    let mut line = |what: &str, Both { today, then }: Both| text += &format!("  {what:<28}{today:>12}{then:>12}\n");
    line("first choice", effect.first_choices);
    line("without a class", effect.unplaced);
    line("cost", effect.cost);
    for pool in &effect.pools {
        let what = if pool.arrivals { "arriving at" } else { "peak of" };
        line(&format!("{what} {}", super::failure::visible(&pool.name)), pool.peak);
        line("  of at most", pool.limit);
    }
    text += &format!(
        "\n  {} classes move: {} requests are better off, {} worse; {} lose their class, {} get one\n",
        effect.moved, effect.better, effect.worse, effect.lost, effect.gained
    );
    if let Some(more) = &effect.more_schools {
        text += &format!(
            "  new schools: {} of {} requests have a class, {} their first choice\n",
            more.placed, more.requests, more.first_choices
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_they_are_written() {
        let half = limit("platform/e-lyco=50%@2020-03-24").unwrap();
        assert_eq!((half.pool.as_deref(), half.percent, half.connections), (Some("platform/e-lyco"), Some(50), None));
        assert_eq!(half.on.unwrap().to_string(), "2020-03-24");
        let all = limit("*=400").unwrap();
        assert_eq!((all.pool, all.percent, all.connections, all.on), (None, None, Some(400), None));
        let own = own_server("login=900:platform/e-primo").unwrap();
        assert_eq!((own.pool.as_str(), own.connections, own.of.as_deref()), ("login", 900, Some("platform/e-primo")));
        let more = more_schools("3x16:platform,login").unwrap();
        assert_eq!((more.schools, more.groups, more.pools), (3, 16, vec!["platform".to_owned(), "login".to_owned()]));
        for wrong in ["", "=3", "p", "p=", "p=x", "p=5%@tomorrow", "p=-1"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
        assert!(own_server("p=").is_err() && more_schools("3x:p").is_err() && more_schools("3x4").is_err());
    }
}
