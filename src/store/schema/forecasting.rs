//! What load is expected, and of what people were warned.

diesel::table! {
    forecasts (id) {
        id -> Text,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        school_id -> Nullable<Text>,
        metric -> Text,
        made_at -> Timestamp,
        time_zone -> Text,
        known -> Text,
        figures -> Text,
    }
}

diesel::table! {
    forecast_profiles (forecast_id, day_type) {
        forecast_id -> Text,
        day_type -> Text,
        median -> Text,
        upper -> Text,
    }
}

diesel::table! {
    forecast_days (forecast_id, day) {
        forecast_id -> Text,
        day -> Text,
        day_type -> Text,
    }
}

diesel::table! {
    load_alerts (id) {
        id -> Text,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        school_id -> Nullable<Text>,
        metric -> Text,
        kind -> Text,
        began_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        observed -> BigInt,
        bound -> BigInt,
    }
}
