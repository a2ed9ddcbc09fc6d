//! What was done, in words, for every journal: a sentence that goes on after the name of who did it.

use super::words::Words;

/// Each sentence's key, and the deeds that it tells: method and pattern of the address, of the API and of the pages.
const DEEDS: &[(&str, &[&str])] = &[
    ("deed-federation-add", &["POST /api/v1/federations", "POST /operator/federations"]),
    ("deed-federation-change", &["PUT /api/v1/federations/{federation}", "POST /operator/federations/{id}"]),
    ("deed-federation-delete", &["DELETE /api/v1/federations/{federation}", "POST /operator/federations/{id}/delete"]),
    ("deed-platform-add", &["POST /api/v1/platforms", "POST /operator/platforms"]),
    ("deed-platform-change", &["PUT /api/v1/platforms/{platform}", "POST /operator/platforms/{id}"]),
    ("deed-platform-delete", &["DELETE /api/v1/platforms/{platform}", "POST /operator/platforms/{id}/delete"]),
    ("deed-pool-delete", &["DELETE /api/v1/pools/{pool}", "POST /operator/pools/{id}/delete"]),
    ("deed-pool-add", &["POST /api/v1/pools", "POST /operator/pools"]),
    ("deed-pool-change", &["PUT /api/v1/pools/{pool}", "POST /operator/pools/{id}"]),
    (
        "deed-pool-limits",
        &[
            "POST /operator/pools/{id}/weekly",
            "POST /operator/pools/{id}/dated",
            "POST /operator/pools/{id}/dated/delete",
        ],
    ),
    ("deed-pool-shares", &["PUT /api/v1/pools/{pool}/shares", "POST /operator/pools/{id}/shares"]),
    ("deed-pool-use", &["PUT /api/v1/schools/{school}/pools/{pool}"]),
    ("deed-pool-leave", &["DELETE /api/v1/schools/{school}/pools/{pool}"]),
    ("deed-background", &["PUT /api/v1/pools/{pool}/background", "PUT /api/v1/schools/{school}/background"]),
    ("deed-samples", &["POST /api/v1/load/csv", "POST /api/v1/load/openmetrics"]),
    ("deed-source-add", &["POST /api/v1/load/sources"]),
    ("deed-source-change", &["PUT /api/v1/load/sources/{source}"]),
    ("deed-source-delete", &["DELETE /api/v1/load/sources/{source}"]),
    ("deed-source-read", &["POST /api/v1/load/sources/{source}/reading"]),
    ("deed-school-add", &["POST /api/v1/schools", "POST /operator/schools"]),
    ("deed-school-change", &["PUT /api/v1/schools/{school}", "POST /operator/schools/{id}"]),
    ("deed-school-delete", &["DELETE /api/v1/schools/{school}", "POST /operator/schools/{id}/delete"]),
    ("deed-school-platform", &["PUT /api/v1/schools/{school}/platform", "POST /operator/schools/{id}/platform"]),
    ("deed-office-enter", &["POST /operator/schools/{id}/office"]),
    ("deed-office-leave", &["POST /operator/office/leave"]),
    ("deed-demo", &["POST /operator/demo"]),
    (
        "deed-invite",
        &[
            "POST /api/v1/invitations",
            "POST /admin/invitations",
            "POST /admin/teachers/{id}/invite",
            "POST /operator/people",
        ],
    ),
    ("deed-invite-teachers", &["POST /admin/teachers/invite"]),
    (
        "deed-invitation-resend",
        &[
            "POST /api/v1/invitations/{invitation}/resend",
            "POST /admin/invitations/{id}/resend",
            "POST /operator/invitations/{id}/resend",
        ],
    ),
    (
        "deed-invitation-withdraw",
        &[
            "DELETE /api/v1/invitations/{invitation}",
            "POST /admin/invitations/{id}/withdraw",
            "POST /operator/invitations/{id}/withdraw",
        ],
    ),
    ("deed-invitation-open", &["POST /api/v1/sign-in/invitation/offer"]),
    ("deed-invitation-accept", &["POST /api/v1/sign-in/invitation", "POST /invitation/{secret}"]),
    ("deed-membership-change", &["PATCH /api/v1/memberships/{membership}"]),
    (
        "deed-membership-withdraw",
        &["DELETE /api/v1/memberships/{membership}", "POST /operator/people/{membership}/withdraw"],
    ),
    (
        "deed-erasure",
        &[
            "POST /api/v1/people/{person}/erasure",
            "POST /api/v1/schools/{school}/teachers/{teacher}/erasure",
            "POST /admin/teachers/{id}/erase",
        ],
    ),
    ("deed-own-erasure", &["POST /api/v1/me/erasure"]),
    ("deed-own-details", &["PATCH /api/v1/me", "POST /preferences/language"]),
    ("deed-own-role", &["PUT /api/v1/me/acting", "POST /preferences/role"]),
    (
        "deed-own-mails",
        &[
            "PUT /api/v1/me/mail-preferences",
            "POST /preferences/mails",
            "POST /unsubscribe/{secret}/{kind}",
            "POST /unsubscribe/{secret}/{kind}/undo",
        ],
    ),
    ("deed-own-password", &["PUT /api/v1/me/password", "POST /preferences/password"]),
    ("deed-sign-in-link", &["POST /api/v1/sign-in/links"]),
    (
        "deed-sign-in",
        &["POST /api/v1/sign-in/link", "POST /api/v1/sign-in/password", "POST /sign-in", "POST /link/{secret}"],
    ),
    ("deed-sign-out", &["POST /api/v1/sign-out", "POST /sign-out"]),
    (
        "deed-sessions-end",
        &[
            "DELETE /api/v1/me/sessions",
            "DELETE /api/v1/me/sessions/{session}",
            "POST /preferences/sessions/end",
            "POST /preferences/sessions/{id}/end",
        ],
    ),
    ("deed-group-add", &["POST /api/v1/schools/{school}/groups", "POST /admin/groups"]),
    ("deed-group-change", &["PUT /api/v1/schools/{school}/groups/{group}", "POST /admin/groups/{id}"]),
    ("deed-group-delete", &["DELETE /api/v1/schools/{school}/groups/{group}", "POST /admin/groups/{id}/delete"]),
    ("deed-groups-import", &["POST /api/v1/schools/{school}/groups/import", "POST /admin/groups/import"]),
    ("deed-attendance-forget", &["DELETE /api/v1/groups/{group}/attendance"]),
    ("deed-teacher-add", &["POST /api/v1/schools/{school}/teachers", "POST /admin/teachers"]),
    ("deed-teacher-change", &["PUT /api/v1/schools/{school}/teachers/{teacher}", "POST /admin/teachers/{id}"]),
    (
        "deed-teacher-delete",
        &["DELETE /api/v1/schools/{school}/teachers/{teacher}", "POST /admin/teachers/{id}/delete"],
    ),
    ("deed-teachers-import", &["POST /api/v1/schools/{school}/teachers/import", "POST /admin/teachers/import"]),
    ("deed-teacher-link", &["PUT /api/v1/schools/{school}/teachers/{teacher}/link", "POST /preferences/link"]),
    (
        "deed-capacity",
        &[
            "PUT /api/v1/schools/{school}/capacity",
            "POST /admin/capacity",
            "POST /admin/capacity/dated",
            "POST /admin/capacity/dated/delete",
        ],
    ),
    (
        "deed-calendar",
        &[
            "PUT /api/v1/schools/{school}/calendar",
            "POST /admin/calendar",
            "POST /admin/calendar/days",
            "POST /admin/calendar/days/delete",
        ],
    ),
    ("deed-rules", &["PUT /api/v1/schools/{school}/booking-rules", "POST /admin/rules"]),
    ("deed-feed-add", &["POST /api/v1/schools/{school}/feeds", "POST /admin/feeds", "POST /preferences/feeds"]),
    (
        "deed-feed-replace",
        &[
            "POST /api/v1/schools/{school}/feeds/{feed}/replacement",
            "POST /admin/feeds/{id}/replace",
            "POST /preferences/feeds/{id}/replace",
        ],
    ),
    (
        "deed-feed-revoke",
        &[
            "DELETE /api/v1/schools/{school}/feeds/{feed}",
            "POST /admin/feeds/{id}/revoke",
            "POST /preferences/feeds/{id}/revoke",
        ],
    ),
    ("deed-round-add", &["POST /api/v1/schools/{school}/rounds", "POST /admin/rounds"]),
    (
        "deed-round-change",
        &["PATCH /api/v1/rounds/{round}", "POST /admin/rounds/{id}", "POST /admin/rounds/{id}/state"],
    ),
    ("deed-round-delete", &["DELETE /api/v1/rounds/{round}", "POST /admin/rounds/{id}/delete"]),
    ("deed-remind", &["POST /api/v1/rounds/{round}/reminders", "POST /admin/rounds/{id}/remind"]),
    (
        "deed-answer",
        &["PUT /api/v1/rounds/{round}/answer", "POST /wishes/nothing", "POST /admin/teachers/{teacher}/wishes/nothing"],
    ),
    (
        "deed-wish-add",
        &["POST /api/v1/rounds/{round}/requests", "POST /wishes", "POST /admin/teachers/{teacher}/wishes"],
    ),
    (
        "deed-wish-change",
        &[
            "PUT /api/v1/requests/{request}",
            "PUT /api/v1/series/{series}",
            "POST /wishes/{id}",
            "POST /admin/teachers/{teacher}/wishes/{id}",
        ],
    ),
    (
        "deed-wish-delete",
        &[
            "DELETE /api/v1/requests/{request}",
            "DELETE /api/v1/series/{series}",
            "POST /wishes/{id}/delete",
            "POST /admin/teachers/{teacher}/wishes/{id}/delete",
        ],
    ),
    (
        "deed-wish-check",
        &[
            "POST /api/v1/rounds/{round}/requests/check",
            "POST /wishes/check",
            "POST /admin/teachers/{teacher}/wishes/check",
        ],
    ),
    (
        "deed-wish-copy",
        &[
            "POST /api/v1/rounds/{round}/requests/copy",
            "POST /wishes/copy",
            "POST /admin/teachers/{teacher}/wishes/copy",
        ],
    ),
    ("deed-solve", &["POST /api/v1/rounds/{round}/jobs", "POST /admin/rounds/{id}/solve"]),
    ("deed-solve-stop", &["DELETE /api/v1/jobs/{job}", "POST /admin/jobs/{id}/stop"]),
    ("deed-pin", &["PUT /api/v1/rounds/{round}/pins/{request}", "POST /admin/rounds/{id}/pin"]),
    ("deed-unpin", &["DELETE /api/v1/rounds/{round}/pins/{request}", "POST /admin/rounds/{id}/unpin"]),
    ("deed-publish", &["POST /api/v1/rounds/{round}/publication", "POST /admin/plans/{id}/publish"]),
    ("deed-scenario-add", &["POST /api/v1/rounds/{round}/scenarios"]),
    ("deed-scenario-delete", &["DELETE /api/v1/scenarios/{scenario}"]),
    (
        "deed-book",
        &[
            "POST /api/v1/schools/{school}/bookings",
            "POST /api/v1/sessions/{session}/confirmation",
            "POST /book/{id}/confirm",
        ],
    ),
    ("deed-hold", &["POST /api/v1/schools/{school}/holds", "POST /book"]),
    ("deed-hold-leave", &["POST /book/{id}/cancel"]),
    ("deed-waiting-add", &["POST /api/v1/schools/{school}/waiting", "POST /book/wait"]),
    (
        "deed-waiting-delete",
        &["DELETE /api/v1/waiting/{waiting}", "POST /admin/waiting/{id}/delete", "POST /plan/waiting/{id}/leave"],
    ),
    ("deed-session-move", &["PATCH /api/v1/sessions/{session}", "POST /admin/sessions/{id}", "POST /plan/{id}/move"]),
    (
        "deed-session-cancel",
        &["POST /api/v1/sessions/{session}/cancellation", "POST /admin/sessions/{id}/cancel", "POST /plan/{id}/cancel"],
    ),
    ("deed-session-link", &["PUT /api/v1/sessions/{session}/link", "POST /plan/{id}/link"]),
    ("deed-attendance", &["PUT /api/v1/sessions/{session}/attendance"]),
    ("deed-swap-propose", &["POST /api/v1/sessions/{session}/swaps", "POST /plan/{id}/swap"]),
    ("deed-swap-accept", &["POST /api/v1/swaps/{swap}/acceptance"]),
    ("deed-swap-refuse", &["POST /api/v1/swaps/{swap}/refusal"]),
    ("deed-swap-undo", &["POST /api/v1/swaps/{swap}/undoing"]),
    ("deed-swap-answer", &["POST /plan/swaps/{id}/{deed}"]),
    ("deed-mail-resend", &["POST /api/v1/schools/{school}/notices/{notice}/resend", "POST /admin/outbox/{id}/resend"]),
    (
        "deed-mail-withdraw",
        &["POST /api/v1/schools/{school}/notices/{notice}/withdrawal", "POST /admin/outbox/{id}/withdraw"],
    ),
    ("deed-token-add", &["POST /api/v1/tokens", "POST /admin/tokens"]),
    ("deed-token-revoke", &["DELETE /api/v1/tokens/{token}", "POST /admin/tokens/{id}/revoke"]),
    ("deed-webhook-add", &["POST /api/v1/webhooks", "POST /admin/webhooks"]),
    (
        "deed-webhook-change",
        &["PUT /api/v1/webhooks/{webhook}", "POST /admin/webhooks/{id}", "POST /admin/webhooks/{id}/switch"],
    ),
    ("deed-webhook-delete", &["DELETE /api/v1/webhooks/{webhook}", "POST /admin/webhooks/{id}/delete"]),
    ("deed-webhook-secret", &["POST /api/v1/webhooks/{webhook}/secret", "POST /admin/webhooks/{id}/secret"]),
    ("deed-webhook-ping", &["POST /api/v1/webhooks/{webhook}/ping", "POST /admin/webhooks/{id}/ping"]),
    ("deed-webhook-redeliver", &["POST /api/v1/webhooks/{webhook}/deliveries/{delivery}/redelivery"]),
];

/// What was done: `a invité une personne`. A deed that nobody has words for is told by its address.
pub fn told(action: &str, w: Words) -> String {
    match DEEDS.iter().find(|(_, actions)| actions.contains(&action)) {
        Some((key, _)) => w.t(key),
        None => w.with("deed-other", &[("action", action)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;
    use std::collections::BTreeSet;

    fn known() -> Vec<&'static str> {
        DEEDS.iter().flat_map(|(_, actions)| actions.iter().copied()).collect()
    }

    /// The pages' routes that take forms, as their modules register them.
    fn of_pages() -> BTreeSet<String> {
        let modules = [
            ("", include_str!("mod.rs")),
            ("/operator", include_str!("operator/mod.rs")),
            ("/admin", include_str!("admin/mod.rs")),
            ("/wishes", include_str!("wishes/mod.rs")),
            ("/admin/teachers/{teacher}/wishes", include_str!("wishes/mod.rs")),
        ];
        let mut out = BTreeSet::new();
        for (scope, source) in modules {
            let starts: Vec<usize> = ["route(\"", "resource(\""]
                .iter()
                .flat_map(|mark| source.match_indices(mark))
                .map(|hit| hit.0)
                .collect();
            for start in &starts {
                let end = starts.iter().filter(|other| *other > start).min().copied().unwrap_or(source.len());
                let part = &source[*start..end];
                if part.contains("post()") {
                    out.insert(format!("POST {scope}{}", part.split('"').nth(1).unwrap()));
                }
            }
        }
        out
    }

    #[test]
    fn every_deed_of_the_pages_and_of_the_api_has_words() {
        let document: serde_json::Value = serde_json::from_str(include_str!("../../../api-spec/openapi.json")).unwrap();
        let mut all = of_pages();
        for (path, operations) in document["paths"].as_object().unwrap() {
            let methods = operations.as_object().unwrap().keys().map(|method| method.to_uppercase());
            let changing = methods.filter(|method| ["POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()));
            all.extend(changing.map(|method| format!("{method} {path}")));
        }
        assert!(all.len() > 150 && all.contains("POST /admin/groups/{id}") && all.contains("POST /operator/demo"));
        let known: BTreeSet<String> = known().into_iter().map(str::to_owned).collect();
        assert_eq!(all.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "no words for these");
        assert_eq!(known.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody does these any more");
    }

    #[test]
    fn each_sentence_is_there_in_both_languages_and_each_deed_told_once() {
        for w in [Words::new(Language::Fr), Words::new(Language::En)] {
            assert!(DEEDS.iter().all(|(key, _)| w.find(key).is_some()));
        }
        let (all, once) = (known().len(), known().into_iter().collect::<BTreeSet<_>>().len());
        assert_eq!(all, once);
        let w = Words::new(Language::Fr);
        assert_eq!(told("POST /api/v1/invitations", w), "a invité une personne");
        assert!(told("POST /new", w).contains("POST /new"));
    }
}
