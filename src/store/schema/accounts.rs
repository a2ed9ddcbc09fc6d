//! People with accounts, tokens, and who did what.

diesel::table! {
    tokens (id) {
        id -> Text,
        hash -> Text,
        role -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        label -> Text,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        scope -> Text,
        last_used_at -> Nullable<Timestamp>,
        made_by -> Nullable<Text>,
    }
}

diesel::table! {
    people (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        language -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    memberships (id) {
        id -> Text,
        person_id -> Text,
        role -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_links (id) {
        id -> Text,
        person_id -> Text,
        hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    browser_sessions (id) {
        id -> Text,
        hash -> Text,
        person_id -> Nullable<Text>,
        token_id -> Nullable<Text>,
        membership_id -> Nullable<Text>,
        begun_by -> Text,
        program -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    failed_sign_ins (subject) {
        subject -> Text,
        failures -> BigInt,
        last_at -> Timestamp,
        wait_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Text,
        email -> Nullable<Text>,
        name -> Text,
        language -> Text,
        role -> Text,
        school_id -> Nullable<Text>,
        teacher_id -> Nullable<Text>,
        invited_by -> Text,
        made_by -> Nullable<Text>,
        hash -> Text,
        created_at -> Timestamp,
        sent_at -> Timestamp,
        expires_at -> Timestamp,
        accepted_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    answers (actor_id, idempotency_key) {
        actor_id -> Text,
        idempotency_key -> Text,
        fingerprint -> Text,
        result -> Text,
        status -> Nullable<BigInt>,
        headers -> Nullable<Text>,
        body -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> Text,
        at -> Timestamp,
        actor_kind -> Text,
        actor_id -> Text,
        actor_name -> Text,
        school_id -> Nullable<Text>,
        action -> Text,
        target -> Text,
    }
}
