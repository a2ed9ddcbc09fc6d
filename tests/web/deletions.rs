//! What was entered by mistake is deleted by a button that first says what goes with it.

use serde_json::json;

use crate::{school::School, visitor::Visitor};

#[test]
fn an_admin_deletes_a_round_and_an_operator_a_limit_and_a_school() {
    let school = School::open();
    let mut admin = Visitor::new(&school);
    admin.sign_in(&school.admin);
    let wish = json!({
        "title": "SVT", "teachers": [school.teacher], "groups": [school.groups[0]], "duration_minutes": 55,
        "preferred": [{"start": "2020-03-23T09:00"}],
    });
    school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &wish).expect(201);
    let page = format!("/admin/rounds/{}", school.round);
    let body = admin.get(&page).body;
    assert!(body.contains("Un souhait est supprimé avec lui.") && body.contains(&format!("action=\"{page}/delete\"")));
    let csrf = admin.csrf(&page);
    assert_eq!(admin.post(&format!("{page}/delete"), &[]).status, 403, "without a proof nothing goes");
    let gone = admin.post(&format!("{page}/delete"), &[("csrf", &csrf)]);
    assert_eq!(gone.location, "/admin/rounds");
    assert!(admin.get("/admin/rounds").body.contains("Le tour est supprimé."));
    assert_eq!(admin.get(&page).status, 404);

    let mut operator = Visitor::new(&school);
    operator.sign_in(school.service.site().run(&["token", "operator"]).trim());
    let pool = json!({"name": "platform/e-lyco", "kind": "concurrent", "connections": 900});
    let pool = school.service.post_json("/api/v1/pools", &pool).expect(201).json()["id"].as_str().unwrap().to_owned();
    for (page, said, onward) in [
        (format!("/operator/pools/{pool}"), "Elle ne vaudra plus pour aucun établissement", "/operator/load"),
        (format!("/operator/schools/{}", school.id), "Personne n’y perd son compte.", "/operator/schools"),
    ] {
        assert!(operator.get(&page).body.contains(said), "{page}");
        let delete = format!("{page}/delete");
        assert_eq!(admin.post(&delete, &[("csrf", &csrf)]).status, 403, "{page} is not an admin's to delete");
        let csrf = operator.csrf(&page);
        assert_eq!(operator.post(&delete, &[("csrf", &csrf)]).location, onward);
        assert!(operator.get(onward).body.contains("C’est supprimé."), "{page}");
        assert_eq!(operator.get(&page).status, 404);
    }
}
