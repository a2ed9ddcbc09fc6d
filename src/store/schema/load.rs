//! Observed load: what platforms, federations and schools really had.

diesel::table! {
    load_series (id) {
        id -> Text,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        school_id -> Nullable<Text>,
        metric -> Text,
        newest_at -> Nullable<Timestamp>,
        counter_at -> Nullable<Timestamp>,
        counter -> Nullable<Double>,
    }
}

diesel::table! {
    load_cells (series_id, cell) {
        series_id -> Text,
        cell -> BigInt,
        samples -> BigInt,
        total -> Double,
        peak -> Double,
        seen -> Text,
    }
}

diesel::table! {
    load_hours (series_id, hour) {
        series_id -> Text,
        hour -> BigInt,
        samples -> BigInt,
        total -> Double,
        peak -> Double,
    }
}

diesel::table! {
    load_sources (id) {
        id -> Text,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        school_id -> Nullable<Text>,
        kind -> Text,
        metric -> Text,
        address -> Text,
        query -> Nullable<Text>,
        counter -> Bool,
        step_seconds -> BigInt,
        every_seconds -> BigInt,
        secret -> Nullable<Text>,
        enabled -> Bool,
        read_until -> Nullable<Timestamp>,
        run_after -> Timestamp,
        attempts -> BigInt,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        failing_since -> Nullable<Timestamp>,
        error -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    load_ingestions (id) {
        id -> Text,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        school_id -> Nullable<Text>,
        source_id -> Nullable<Text>,
        input -> Text,
        at -> Timestamp,
        taken -> BigInt,
        report -> Text,
    }
}
