//! Calendars that are subscribed to, jobs and mails.

diesel::table! {
    feeds (id) {
        id -> Text,
        school_id -> Text,
        kind -> Text,
        headcount_only -> Bool,
        made_by -> Nullable<Text>,
        secret_hash -> Text,
        created_at -> Timestamp,
        replaced_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_read_on -> Nullable<Text>,
    }
}

diesel::table! {
    feed_subjects (feed_id, subject_id) {
        feed_id -> Text,
        subject_id -> Text,
    }
}

diesel::table! {
    feed_revisions (subject_id) {
        subject_id -> Text,
        school_id -> Text,
        revision -> BigInt,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        school_id -> Text,
        subject_id -> Text,
        payload -> Text,
        state -> Text,
        attempts -> BigInt,
        run_after -> Timestamp,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        progress -> Nullable<Text>,
        result_id -> Nullable<Text>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        best -> Nullable<Text>,
    }
}

diesel::table! {
    notices (id) {
        id -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        cause -> Text,
        kind -> Text,
        message_id -> Text,
        to_name -> Text,
        to_address -> Text,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        calendar -> Nullable<Text>,
        state -> Text,
        attempts -> BigInt,
        run_after -> Timestamp,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        domain -> Text,
        thread -> Nullable<Text>,
        unsubscribe -> Nullable<Text>,
    }
}

diesel::table! {
    mail_readers (id) {
        id -> Text,
        secret -> Text,
        switched_off -> Text,
        quiet_from -> Nullable<BigInt>,
        quiet_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    mail_attempts (id) {
        id -> Text,
        domain -> Text,
        begun_at -> Timestamp,
    }
}
