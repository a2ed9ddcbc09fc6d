//! Schools, their calendars and people, and the platforms they use.

diesel::table! {
    schools (id) {
        id -> Text,
        uai -> Nullable<Text>,
        name -> Text,
        time_zone -> Text,
        language -> Text,
        created_at -> Timestamp,
        platform_id -> Nullable<Text>,
        stamp -> Text,
    }
}

diesel::table! {
    federations (id) {
        id -> Text,
        name -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    platforms (id) {
        id -> Text,
        name -> Text,
        time_zone -> Text,
        federation_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    opening_hours (school_id, weekday, from_minute) {
        school_id -> Text,
        weekday -> BigInt,
        from_minute -> BigInt,
        to_minute -> BigInt,
    }
}

diesel::table! {
    school_calendars (school_id) {
        school_id -> Text,
        holiday_zone -> Nullable<Text>,
        public_holidays -> Nullable<Text>,
    }
}

diesel::table! {
    lunch_breaks (school_id, position) {
        school_id -> Text,
        position -> BigInt,
        weekday -> Nullable<BigInt>,
        from_minute -> BigInt,
        to_minute -> BigInt,
    }
}

diesel::table! {
    school_days (school_id, opens, position) {
        school_id -> Text,
        opens -> Bool,
        position -> BigInt,
        from_day -> Text,
        to_day -> Text,
        reason -> Text,
    }
}

diesel::table! {
    groups (id) {
        id -> Text,
        school_id -> Text,
        name -> Text,
        headcount -> BigInt,
        attendance_percent -> BigInt,
        learned_percent -> Nullable<BigInt>,
        learns_from -> Nullable<Timestamp>,
    }
}

diesel::table! {
    group_overlaps (group_id, other_id) {
        group_id -> Text,
        other_id -> Text,
    }
}

diesel::table! {
    teachers (id) {
        id -> Text,
        school_id -> Text,
        name -> Text,
        email -> Nullable<Text>,
        language -> Text,
        link -> Nullable<Text>,
    }
}
