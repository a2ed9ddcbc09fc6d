//! Capacity pools, their limits, and what is taken of them.

diesel::table! {
    pools (id) {
        id -> Text,
        name -> Text,
        kind -> Text,
        window_minutes -> Nullable<BigInt>,
        connections -> BigInt,
        occupancy -> BigInt,
        platform_id -> Nullable<Text>,
        federation_id -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        guaranteed_percent -> BigInt,
        weights -> BigInt,
        stamp -> Text,
        background -> Text,
        background_margin -> BigInt,
    }
}

diesel::table! {
    pool_usage (pool_id, at) {
        pool_id -> Text,
        at -> Timestamp,
        used -> BigInt,
        beyond -> BigInt,
    }
}

diesel::table! {
    pool_school_usage (pool_id, school_id, at) {
        pool_id -> Text,
        school_id -> Text,
        at -> Timestamp,
        used -> BigInt,
    }
}

diesel::table! {
    pool_promises (pool_id, connections) {
        pool_id -> Text,
        connections -> BigInt,
        promised -> BigInt,
    }
}

diesel::table! {
    school_pools (school_id, pool_id) {
        school_id -> Text,
        pool_id -> Text,
        own -> Bool,
        set_weight -> Nullable<BigInt>,
        weight -> BigInt,
    }
}

diesel::table! {
    pool_weekly_limits (pool_id, weekday, from_minute) {
        pool_id -> Text,
        weekday -> BigInt,
        from_minute -> BigInt,
        to_minute -> BigInt,
        connections -> BigInt,
    }
}

diesel::table! {
    pool_dated_limits (pool_id, starts_at) {
        pool_id -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        connections -> BigInt,
    }
}
