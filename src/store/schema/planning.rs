//! Rounds, what is asked for in them, and the plans.

diesel::table! {
    rounds (id) {
        id -> Text,
        school_id -> Text,
        name -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        step_minutes -> BigInt,
        state -> Text,
        published_plan_id -> Nullable<Text>,
        created_at -> Timestamp,
        opens_at -> Nullable<Timestamp>,
        closes_at -> Nullable<Timestamp>,
        archived_at -> Nullable<Timestamp>,
        reminded_at -> Nullable<Timestamp>,
        announced_at -> Nullable<Timestamp>,
        blanked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    requests (id) {
        id -> Text,
        round_id -> Text,
        reference -> Text,
        title -> Text,
        connections -> BigInt,
        duration_minutes -> BigInt,
        unplaced_cost -> BigInt,
        created_at -> Timestamp,
        wish -> Nullable<Text>,
        rules -> Nullable<Text>,
        series_id -> Nullable<Text>,
    }
}

diesel::table! {
    round_answers (round_id, teacher_id) {
        round_id -> Text,
        teacher_id -> Text,
        answered_at -> Timestamp,
    }
}

diesel::table! {
    request_windows (request_id, position) {
        request_id -> Text,
        position -> BigInt,
        first_at -> Timestamp,
        last_at -> Timestamp,
        ideal_at -> Timestamp,
        base -> BigInt,
        per_step -> BigInt,
    }
}

diesel::table! {
    request_teachers (request_id, teacher_id) {
        request_id -> Text,
        teacher_id -> Text,
    }
}

diesel::table! {
    request_groups (request_id, group_id) {
        request_id -> Text,
        group_id -> Text,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        round_id -> Text,
        parent_id -> Nullable<Text>,
        seed -> BigInt,
        objective -> BigInt,
        bound -> Nullable<Double>,
        optimal -> Bool,
        created_at -> Timestamp,
        weighted_objective -> Double,
        unplaced -> BigInt,
        seconds -> Nullable<BigInt>,
        threads -> Nullable<BigInt>,
        move_cost -> Nullable<BigInt>,
        fingerprint -> Nullable<Text>,
        asked_by -> Nullable<Text>,
    }
}

diesel::table! {
    pins (request_id) {
        request_id -> Text,
        starts_at -> Timestamp,
        note -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    plan_prices (plan_id, pool_id, starts_at) {
        plan_id -> Text,
        pool_id -> Text,
        starts_at -> Timestamp,
        price -> Double,
    }
}

diesel::table! {
    plan_sessions (plan_id, request_id) {
        plan_id -> Text,
        request_id -> Text,
        starts_at -> Nullable<Timestamp>,
        weight -> BigInt,
        pinned -> Bool,
    }
}

diesel::table! {
    scenarios (id) {
        id -> Text,
        school_id -> Text,
        round_id -> Text,
        name -> Text,
        changes -> Text,
        job_id -> Text,
        result -> Nullable<Text>,
        created_at -> Timestamp,
    }
}
