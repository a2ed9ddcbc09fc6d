//! The admin's pages and those who have no business there: teachers, admins of other schools, forms of other sites.

use serde_json::json;

use crate::{school::School, visitor::Visitor};

const PAGES: [&str; 16] = [
    "/admin/groups",
    "/admin/groups/import",
    "/admin/groups.csv",
    "/admin/feeds",
    "/admin/teachers",
    "/admin/invitations",
    "/admin/capacity",
    "/admin/capacity/overloads",
    "/admin/calendar",
    "/admin/rules",
    "/admin/rounds",
    "/admin/sessions",
    "/admin/outbox",
    "/admin/audit",
    "/admin/webhooks",
    "/admin/tokens",
];

/// The key of an admin of another school, which has nothing.
fn other_admin(school: &School) -> String {
    let new = json!({ "name": "Lycée voisin", "connections": 50 });
    let other = school.service.post_json("/api/v1/schools", &new).expect(201).json();
    let token = json!({ "role": "admin", "school": other["id"], "label": "test" });
    let token = school.service.post_json("/api/v1/tokens", &token).expect(201).json();
    token["secret"].as_str().unwrap().to_owned()
}

/// The page of each thing of the school, and what can be sent there.
fn things(school: &School) -> Vec<String> {
    let (round, group, teacher) = (&school.round, &school.groups[0], &school.teacher);
    let job = school.service.post_json(&format!("/api/v1/rounds/{round}/jobs"), &json!({ "seconds": 1 })).expect(202);
    let job = job.json()["id"].as_str().unwrap().to_owned();
    let done = school.service.wait_for(&format!("/api/v1/jobs/{job}"), |job| job["state"] == "done");
    let plan = done["plan"].as_str().unwrap();
    vec![
        format!("/admin/groups/{group}"),
        format!("/admin/teachers/{teacher}"),
        format!("/admin/teachers/{teacher}/erase"),
        format!("/admin/teachers/{teacher}/wishes"),
        format!("/admin/rounds/{round}"),
        format!("/admin/jobs/{job}"),
        format!("/admin/jobs/{job}/events"),
        format!("/admin/plans/{plan}"),
        format!("/admin/plans/{plan}/publish"),
        format!("/admin/plans/{plan}/compare?with={plan}"),
    ]
}

#[test]
fn strangers_get_nothing_and_change_nothing() {
    let school = School::open();
    let things = things(&school);
    let mut nobody = Visitor::new(&school);
    let mut teacher = Visitor::new(&school);
    teacher.sign_in(&school.key);
    let mut neighbour = Visitor::new(&school);
    neighbour.sign_in(&other_admin(&school));
    for page in PAGES {
        assert_eq!(nobody.get(page).location, format!("/sign-in?next={page}"), "{page}");
        assert_eq!(teacher.get(page).status, 403, "{page}");
        let own = neighbour.get(page);
        assert!(own.status == 200 && !own.body.contains("Mme Petit") && !own.body.contains("6e A"), "{page}");
    }
    for thing in &things {
        assert_eq!(teacher.get(thing).status, 403, "{thing}");
        assert_eq!(neighbour.get(thing).status, 404, "{thing}");
    }

    // Forms: another's things, a teacher's session, no proof, and a page of another site.
    let (round, plan) = (format!("/admin/rounds/{}", school.round), things[7].clone());
    let forms = [
        format!("/admin/groups/{}/delete", school.groups[0]),
        format!("/admin/teachers/{}/invite", school.teacher),
        format!("/admin/teachers/{}/wishes", school.teacher),
        format!("/admin/teachers/{}/wishes/copy", school.teacher),
        format!("{round}/remind"),
        format!("{round}/solve"),
        format!("{plan}/publish"),
        format!("{}/stop", things[5]),
    ];
    let csrf = neighbour.csrf("/admin/groups");
    let theirs = teacher.csrf("/week");
    let mut admin = Visitor::new(&school);
    admin.sign_in(&school.admin);
    let own = admin.csrf("/admin/groups");
    for form in &forms {
        assert_eq!(neighbour.post(form, &[("csrf", &csrf)]).status, 404, "{form}");
        assert_eq!(teacher.post(form, &[("csrf", &theirs)]).status, 403, "{form}");
        assert_eq!(admin.post(form, &[]).status, 403, "{form} without a proof");
        assert_eq!(admin.post(form, &[("csrf", &csrf)]).status, 403, "{form} with another's proof");
        assert_eq!(admin.post_from(form, &[("csrf", &own)], "cross-site").status, 403, "{form} from elsewhere");
    }
    let groups = school.service.get(&format!("/api/v1/schools/{}/groups", school.id)).expect(200).json();
    assert_eq!(groups.as_array().unwrap().len(), 2, "nothing was deleted");
    // What people call things is text and nothing else.
    let page = admin.get("/admin/groups").body;
    assert!(page.contains("&#60;img src=x") && !page.contains("<img"), "{page}");
}
