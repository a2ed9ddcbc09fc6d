//! Webhooks and what is sent to them.

diesel::table! {
    webhooks (id) {
        id -> Text,
        school_id -> Nullable<Text>,
        platform_id -> Nullable<Text>,
        url -> Text,
        events -> Text,
        description -> Text,
        enabled -> Bool,
        secret -> Text,
        old_secret -> Nullable<Text>,
        old_secret_until -> Nullable<Timestamp>,
        disabled_at -> Nullable<Timestamp>,
        disabled_why -> Nullable<Text>,
        failing_since -> Nullable<Timestamp>,
        rests_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        webhook_id -> Text,
        event -> Text,
        cause -> Text,
        body -> Text,
        state -> Text,
        attempts -> BigInt,
        run_after -> Timestamp,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        status -> Nullable<BigInt>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
    }
}
