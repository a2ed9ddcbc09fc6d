//! What a table changes, case by case, and that an export changes nothing.

use super::{
    sheet::{Separator, read as read_sheet, write},
    *,
};
use proptest::prelude::*;

fn group(id: &str, name: &str, headcount: u32) -> Group {
    Group::new(id.into(), "school".into(), name, headcount)
}

fn school() -> Vec<Group> {
    vec![group("1", "6e A", 27), group("2", "6e B", 25), group("3", "5e", 30)]
}

fn compare(table: &str, in_use: Option<&[&str]>) -> (Difference<Group>, Findings) {
    let in_use = in_use.map(|ids| ids.iter().map(|id| Id::from(*id)).collect::<HashSet<_>>());
    let sheet = read_sheet(table.as_bytes()).unwrap();
    difference(&school(), &sheet, in_use.as_ref(), || group("new", "", 0))
}

fn told(findings: &Findings) -> Vec<(&str, &str)> {
    findings.0.iter().map(|finding| (&*finding.code, &*finding.place)).collect()
}

#[test]
fn rows_are_known_by_id_and_else_by_name() {
    let (out, findings) = compare("id;name;headcount\n1;6e Z;27\n;6e B;26\n;4e;20\n3;5e;30", None);
    assert_eq!(told(&findings), []);
    assert_eq!(out.added_rows()[0].cells["name"], "4e");
    assert_eq!((out.added_rows()[0].line, out.unchanged, out.removed.len()), (4, 1, 0));
    let changed = out.changed_rows();
    let change = |column: &str, before: &str, after: &str| CellChange {
        column: column.into(),
        before: before.into(),
        after: after.into(),
    };
    assert_eq!((&*changed[0].name, &*changed[0].changes), ("6e A", &[change("name", "6e A", "6e Z")][..]));
    assert_eq!(changed[1].changes, [change("headcount", "25", "26")]);
}

#[test]
fn columns_that_are_missing_stay_as_they_are() {
    let (out, findings) = compare("HEADCOUNT,Name\n20,6e A\n", None);
    assert_eq!((told(&findings), out.changed[0].2.headcount), (vec![], 20));
    let (out, findings) = compare("name\n6e A\n4e\n", None);
    assert_eq!((out.unchanged, told(&findings)), (1, vec![("missing-column", "line 3, column headcount")]));
}

#[test]
fn removal_is_only_on_demand_and_not_of_what_is_used() {
    let table = "name,headcount\n6e A,27\n";
    assert!(compare(table, None).0.removed.is_empty());
    let (out, findings) = compare(table, Some(&["2"]));
    assert_eq!(out.removed_rows(), [RemovedRow { id: "3".into(), name: "5e".to_owned() }]);
    assert_eq!(told(&findings), [("group-in-use", "")]);
    assert!(findings.0[0].message.contains("6e B"));
}

#[test]
fn names_may_swap_but_not_meet() {
    let (out, findings) = compare("id,name\n1,6e B\n2,6e A\n", None);
    assert_eq!((out.changed.len(), told(&findings)), (2, vec![]));
    let (_, findings) = compare("id,name\n1,6e B\n", None);
    assert_eq!(told(&findings), [("group-exists", "line 2, column name")]);
    let (_, findings) = compare("id,name\n1,6e B\n", Some(&[]));
    assert_eq!(told(&findings), [], "the other one goes");
}

#[test]
fn every_finding_has_its_line_and_column() {
    let table = "id;name;headcount\n9;6e A;1\n;6e B;many\n;6e B;2\n;;3\n;4e;10001\n;4e;-1\n";
    let (_, findings) = compare(table, None);
    let expected = [
        ("unknown-group", "line 2, column id"),
        ("not-a-number", "line 3, column headcount"),
        ("named-twice", "line 4"),
        ("empty-text", "line 5, column name"),
        ("out-of-range", "line 6, column headcount"),
        ("out-of-range", "line 7, column headcount"),
        ("named-twice", "line 7, column name"),
    ];
    assert_eq!(told(&findings), expected);
    let (_, findings) = compare("head;name;name\n1;2;3", None);
    assert_eq!(told(&findings), [("unknown-column", "line 1, column head"), ("named-twice", "line 1, column name")]);
    assert_eq!(told(&compare("headcount\n1", None).1), [("missing-column", "line 1")]);
    let (_, findings) = compare("name,headcount\n\"a\nb\",1", None);
    assert_eq!(told(&findings), [("control-character", "line 2, column name")]);
}

#[test]
fn columns_may_have_french_names_and_a_row_that_cannot_be_read_is_not_shown() {
    let (out, findings) = compare("Classe;Effectif;Présence\n4e;20;90 %\n3e;abc;\n", None);
    assert_eq!(told(&findings), [("not-a-number", "line 3, column headcount")]);
    assert_eq!(out.added.len(), 1);
    assert_eq!((out.added[0].1.headcount, out.added[0].1.attendance_percent), (20, 90));
    assert_eq!(told(&compare("nom;name\n4e;4e", None).1), [("named-twice", "line 1, column name")]);
}

#[test]
fn a_teachers_cells_may_be_empty() {
    let known = Teacher {
        id: "1".into(),
        school: "school".into(),
        name: "Mme Bernard".to_owned(),
        email: Some("b@example.org".to_owned()),
        language: Language::En,
        link: None,
    };
    let of = |table: &str| {
        let sheet = read_sheet(table.as_bytes()).unwrap();
        difference(std::slice::from_ref(&known), &sheet, None, || Teacher { email: None, ..known.clone() })
    };
    let (out, _) = of("name;email;language\nMme Bernard;;\nM. Colin;c@example.org;FR");
    assert_eq!((out.changed[0].2.email.as_deref(), out.changed[0].2.language), (None, Language::En));
    assert_eq!(out.added[0].1.language, Language::Fr);
    let (out, findings) = of("name;email\nM. Colin;B@example.org\nM. Petit;p@example.org\nMme Roy;p@example.org");
    let shared = ["line 2, column email", "line 3, column email", "line 4, column email"];
    assert_eq!((told(&out.warnings), told(&findings)), (shared.map(|place| ("address-shared", place)).into(), vec![]));
    let (out, _) = of("name;email\nMme Bernard;n@example.org\nM. Colin;b@example.org");
    assert_eq!(told(&out.warnings), [], "she leaves the address to him");
    let (_, findings) = of("name;email;language\nM. Colin;c;de");
    assert_eq!(
        told(&findings),
        [("bad-address", "line 2, column email"), ("unknown-language", "line 2, column language")]
    );
}

/// Names as people might give them, and as they should not: all that the door lets through.
fn nasty_name() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[=+@;,\"'\\-\\\\ a-z0-9éœ’“＝；|\u{1F393}]{1,20}")
        .unwrap()
        .prop_filter_map("a name", |text| text::line(&text, "").ok())
}

proptest! {
    #[test]
    fn an_export_read_again_changes_nothing(
        names in proptest::collection::hash_set(nasty_name(), 0..12),
        separator in prop_oneof![Just(Separator::Comma), Just(Separator::Semicolon)],
        with_ids in any::<bool>(),
    ) {
        let known: Vec<Group> =
            (0..).zip(names).map(|(n, name)| group(&format!("id-{n}"), &name, n)).collect();
        let rows: Vec<Vec<String>> = known.iter().map(|entry| cells(entry)[usize::from(!with_ids)..].to_vec()).collect();
        let table = write(separator, &columns::<Group>()[usize::from(!with_ids)..], &rows);
        let sheet = read_sheet(&table).unwrap();
        let (out, findings) = difference(&known, &sheet, Some(&HashSet::new()), || group("new", "", 0));
        prop_assert_eq!(findings, Findings::default());
        prop_assert_eq!((out.unchanged, out.added.len(), out.changed.len(), out.removed.len()), (known.len(), 0, 0, 0));
    }
}
