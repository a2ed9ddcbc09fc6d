//! The operator's pages by plain forms: from the first start to a solved demo week, and all that schools share.

use serde_json::json;

use crate::{
    school::School,
    screens::{Page, Reader},
    support::service::{Backend, Site, on_both},
};

on_both!(the_first_start_leads_to_a_solved_demo_week, an_operator_describes_what_schools_share);

/// What a form of a page sends: its hidden fields, and these.
pub fn send(reader: &mut Reader<'_>, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let body = reader.get(page).body;
    let proof = body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let mut sent = vec![("csrf".to_owned(), proof.unwrap_or_else(|| panic!("no form: {body}")).to_owned())];
    sent.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    reader.post(action, &sent)
}

/// Sends a form that must be taken, and shows the page that comes after.
#[track_caller]
pub fn done(reader: &mut Reader<'_>, page: &str, action: &str, fields: &[(&str, &str)]) -> (String, String) {
    let answer = send(reader, page, action, fields);
    assert_eq!(answer.status, 303, "{action}: {}", answer.body);
    let shown = reader.get(&answer.location);
    assert_eq!(shown.status, 200, "{}: {}", answer.location, shown.body);
    (answer.location, shown.body)
}

/// Whether a page says all of these; blanks that keep words together count as blanks.
#[track_caller]
pub fn holds(body: &str, parts: &[&str]) {
    let body = body.replace(['\u{a0}', '\u{202f}'], " ");
    for part in parts {
        assert!(body.contains(part), "{part:?} is not in {}", body.split("<main").nth(1).unwrap_or(&body));
    }
}

fn the_first_start_leads_to_a_solved_demo_week(backend: Backend) {
    let service = Site::new(backend).serve();
    let mut reader = Reader::new(&service);
    let link = format!("/invitation/{}", service.first_invitation());
    holds(&reader.get(&link).body, &["gérer cette installation"]);
    let fields = [("email", "odile@example.org"), ("name", "Odile"), ("password", "correct horse battery")];
    assert_eq!(send(&mut reader, &link, &link, &fields).location, "/");
    let home = reader.get("/");
    assert_eq!((home.status, home.location.as_str()), (303, "/operator"));

    // Nothing is there, and each page says what to do.
    let page = reader.get("/operator").body;
    holds(
        &page,
        &["Créer l’établissement de démonstration", "Décrire une plateforme", "href=\"/operator/schools/new\""],
    );
    for (empty, said) in [
        ("/operator/load", "Ajouter une plateforme"),
        ("/operator/platforms", "Ajoutez la première"),
        ("/operator/federations", "Aucune fédération"),
        ("/operator/schools", "Ajoutez le premier"),
        ("/week", "Aucun établissement"),
    ] {
        holds(&reader.get(empty).body, &[said]);
    }

    let made = send(&mut reader, "/operator", "/operator/demo", &[]);
    assert_eq!(made.status, 200, "{}", made.body);
    holds(&made.body, &["La semaine de démonstration est publiée", "/operator/load", "data:image/svg+xml"]);
    let path = |mark: &str| {
        let rest = made.body.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark} in {}", made.body));
        format!("{mark}{}", rest.split(['"', '#']).next().unwrap())
    };
    let week = reader.get(&path("/week?school=")).body;
    holds(&week, &["Collège Gabriel-Coste", "Classes publiées"]);
    assert!(!week.contains("Aucune classe n’est publiée"), "{week}");
    let pupil = Reader::new(&service).get(&path("/feeds/"));
    holds(&pupil.body, &["Semaine : 6e A", "S’abonner"]);
    holds(&reader.get("/operator/load").body, &["class=\"heat-4", "130 arrivées au plus en 10"]);
    holds(&reader.get("/operator").body, &["Heures les plus chargées", "Inviter qui l’administre"]);
    let again = send(&mut reader, "/operator", "/operator/demo", &[]);
    assert_eq!(again.status, 409, "{}", again.body);
    holds(&again.body, &["est déjà là"]);
}

fn an_operator_describes_what_schools_share(backend: Backend) {
    let service = Site::new(backend).serve();
    let mut reader = Reader::new(&service);
    let token = service.site().run(&["token", "operator"]);
    assert_eq!(reader.get(&format!("/enter/{}", token.trim())).status, 303);

    let (federation, page) = done(&mut reader, "/operator/federations", "/operator/federations", &[("name", "Nantes")]);
    holds(&page, &["C’est enregistré.", "Aucune limite"]);
    let federation = federation.trim_start_matches("/operator/federations/").to_owned();
    let wrong = [("name", " "), ("time_zone", "Europe/Nantes"), ("federation", federation.as_str())];
    let page = send(&mut reader, "/operator/platforms", "/operator/platforms", &wrong);
    assert_eq!(page.status, 422);
    holds(
        &page.body,
        &["2 corrections", "Remplissez ce champ", "Ce fuseau horaire", "value=\"Europe/Nantes\"", "selected"],
    );
    let right = [("name", "e-lyco <b>"), ("time_zone", "Europe/Paris"), ("federation", federation.as_str())];
    let (platform, page) = done(&mut reader, "/operator/platforms", "/operator/platforms", &right);
    holds(&page, &["e-lyco &#60;b&#62;"]);
    let page = send(&mut reader, "/operator/platforms", "/operator/platforms", &right);
    assert!(page.status == 409 && page.body.contains("Ce nom est déjà pris"), "{}", page.body);

    // A limit, other limits by the week and by date.
    let id = platform.trim_start_matches("/operator/platforms/").to_owned();
    let new = format!("/operator/pools?platform={id}");
    let owner = format!("platform:{id}");
    let bad = [("owner", owner.as_str()), ("name", "platform/e-lyco"), ("kind", "arrivals"), ("window_minutes", "x")];
    let page = send(&mut reader, &new, "/operator/pools", &bad);
    assert_eq!(page.status, 422);
    holds(&page.body, &["2 corrections", "value=\"platform/e-lyco\"", "value=\"arrivals\" checked"]);
    let good =
        [("owner", owner.as_str()), ("name", "platform/e-lyco"), ("kind", "concurrent"), ("connections", "9 000")];
    let (pool, page) = done(&mut reader, &new, "/operator/pools", &good);
    holds(&page, &["9000 connexions simultanées", "value=\"9000\"", "placeholder=\"9000\""]);
    let weekly = format!("{pool}/weekly");
    // Rows and columns are filled and cut without being kept; what is no number comes back; then all is kept at once.
    let grid = |more: &[(&'static str, &'static str)]| {
        [&[("step", "15"), ("from", "420"), ("to", "1200"), ("connections", "9 000")], more].concat()
    };
    let page = send(&mut reader, &pool, &weekly, &grid(&[("brush", "4500"), ("fill", "day:7"), ("c-7-420", "")]));
    assert_eq!((page.status, page.body.matches("value=\"4500\" placeholder").count()), (200, 52), "{}", page.body);
    let page = send(&mut reader, &pool, &weekly, &grid(&[("fill", "step:5"), ("c-1-525", "4500")]));
    assert_eq!(page.body.matches("value=\"4500\" placeholder").count(), 3, "{}", page.body);
    let page = send(&mut reader, &pool, &weekly, &grid(&[("c-1-525", "many"), ("c-2-525", "4500")]));
    assert_eq!(page.status, 422);
    holds(&page.body, &["Une correction", "value=\"many\"", "value=\"4500\"", "href=\"#c-1-525\""]);
    let painted = [("c-1-525", "4 500"), ("c-1-540", "4500"), ("c-1-555", "4500"), ("c-2-525", "4500")];
    let (_, page) = done(&mut reader, &pool, &weekly, &grid(&painted));
    holds(&page, &["Les limites sont enregistrées", "name=\"step\" value=\"15\"", "value=\"9000\""]);
    assert_eq!(page.matches("value=\"4500\" placeholder").count(), 4, "{page}");
    let dated = format!("{pool}/dated");
    let exam = [("starts", "2031-06-16T08:00"), ("ends", "2031-06-16T12:00"), ("dated_limit", "100")];
    let (_, page) = done(&mut reader, &pool, &dated, &exam);
    holds(&page, &["du lundi 16 juin 2031, 8 h au lundi 16 juin 2031, 12 h"]);
    let page = send(&mut reader, &pool, &dated, &exam);
    assert!(page.status == 422 && page.body.contains("recouvre une autre"), "{}", page.body);
    let starts = page.body.split("name=\"starts_at\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (_, page) = done(&mut reader, &pool, &format!("{dated}/delete"), &[("starts_at", &starts)]);
    holds(&page, &["Aucune pour l’instant"]);

    // A school, its platform, its admin; fair shares.
    let platform_of = [
        ("name", "Collège Jules-Verne"),
        ("uai", "0440012A"),
        ("time_zone", "Europe/Paris"),
        ("language", "fr"),
        ("connections", "180"),
        ("platform", id.as_str()),
    ];
    let (school, page) = done(&mut reader, "/operator/schools/new", "/operator/schools", &platform_of);
    holds(&page, &["Collège Jules-Verne", "Personne n’administre encore", "platform/e-lyco", "school/0440012A"]);
    let page = send(&mut reader, "/operator/schools/new", "/operator/schools", &platform_of);
    assert!(page.status == 409 && page.body.contains("code UAI est déjà"), "{}", page.body);
    let school_id = school.trim_start_matches("/operator/schools/").to_owned();
    let invited = [("school", school_id.as_str()), ("email", "claire@example.org"), ("who", "Claire")];
    let (place, page) = done(&mut reader, &school, "/operator/people", &invited);
    assert_eq!(place, school);
    holds(&page, &["L’invitation est en route", "Claire · claire@example.org", "vaut jusqu’au"]);
    let page = send(&mut reader, &school, "/operator/people", &invited);
    assert!(page.status == 409 && page.body.contains("déjà invitée"), "{}", page.body);
    let withdraw = page.body.split("/operator/invitations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let resend = format!("/operator/invitations/{withdraw}/resend");
    done(&mut reader, &school, &resend, &[("school", &school_id)]);
    let (_, page) = done(&mut reader, &school, &format!("/operator/invitations/{withdraw}/withdraw"), &[]);
    holds(&page, &["Aucune invitation en attente"]);
    // Where mails of no school stand: written just now, to whom; nothing of the link itself.
    let page = reader.get("/operator/mails");
    assert!(page.status == 200 && !page.body.contains("/invitation/"), "{}", page.body);
    holds(&page.body, &["claire@example.org", "Invitation"]);
    holds(&reader.get("/operator/mails?state=sending").body, &["Aucun courriel", "dès que quelqu’un est invité"]);
    holds(&reader.get("/operator/people?name=nobody").body, &["Rien ne correspond à"]);
    let shares = format!("{pool}/shares");
    let weight = format!("weight-{school_id}");
    let (_, page) = done(&mut reader, &shares, &shares, &[("guaranteed_percent", "80"), (weight.as_str(), "3")]);
    holds(&page, &["Le partage est enregistré", "<dd>7200</dd>", "<dd>1800</dd>", "value=\"3\""]);
    let page = send(&mut reader, &shares, &shares, &[("guaranteed_percent", "101"), (weight.as_str(), "x")]);
    assert_eq!(page.status, 422);
    holds(&page.body, &["value=\"101\"", "value=\"x\""]);

    // What is used is not deleted; all of it stands in the audit.
    let page = send(&mut reader, &platform, &format!("{platform}/delete"), &[]);
    assert!(page.status == 409 && page.body.contains("en dépendent"), "{}", page.body);
    holds(&reader.get("/operator/schools?name=jules").body, &["Collège Jules-Verne", "e-lyco"]);
    holds(&reader.get("/operator/schools?name=zzz").body, &["Rien ne correspond"]);
    holds(
        &reader.get("/operator/audit").body,
        &["a changé les horaires d’une limite partagée", "a ajouté un établissement", "a invité une personne"],
    );
}

#[test]
fn nobody_else_sees_what_is_an_operator_s() {
    let school = School::open();
    for (key, status) in [(&school.key, 403), (&school.admin, 403)] {
        let mut reader = Reader::new(&school.service);
        reader.get(&format!("/enter/{key}"));
        for page in ["", "/load", "/platforms", "/federations", "/schools", "/people", "/mails", "/audit", "/pools"] {
            assert_eq!(reader.get(&format!("/operator{page}")).status, status, "{page}");
        }
        let own = reader.get("/week").body;
        let proof = own.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("csrf".to_owned(), proof), ("name".to_owned(), "mine".to_owned())];
        let office = format!("/schools/{}/office", school.id);
        for form in ["/platforms", "/federations", "/schools", "/demo", &office, "/office/leave"] {
            assert_eq!(reader.post(&format!("/operator{form}"), &fields).status, 403, "{form}");
        }
    }
    assert_eq!(school.service.get("/api/v1/platforms").expect(200).json(), json!([]));
    let location = Reader::new(&school.service).get("/operator/load").location;
    assert_eq!(location, "/sign-in?next=/operator/load");
}
