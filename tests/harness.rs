//! Tests of what the other tests stand on.
#![cfg(test)]

mod support;

mod postgres {
    use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

    use crate::support::postgres::database;

    #[test]
    fn each_test_gets_a_database_of_its_own() {
        let (first, second) = (database(), database());
        for fresh in [&first, &second] {
            let mut connection = PgConnection::establish(&fresh.url).unwrap();
            sql_query("CREATE TABLE schools (name TEXT)").execute(&mut connection).unwrap();
        }
    }
}
