//! Classes with a start, and what direct booking keeps besides.

diesel::table! {
    sessions (id) {
        id -> Text,
        school_id -> Text,
        request_id -> Nullable<Text>,
        title -> Text,
        connections -> BigInt,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        state -> Text,
        sequence -> BigInt,
        held_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        link -> Nullable<Text>,
        moved_by -> Nullable<Text>,
    }
}

diesel::table! {
    session_teachers (session_id, teacher_id) {
        session_id -> Text,
        teacher_id -> Text,
    }
}

diesel::table! {
    session_groups (session_id, group_id) {
        session_id -> Text,
        group_id -> Text,
    }
}

diesel::table! {
    session_attendance (session_id) {
        session_id -> Text,
        participants -> BigInt,
        planned -> BigInt,
        input -> Text,
        at -> Timestamp,
        learned -> Bool,
    }
}

diesel::table! {
    booking_rules (school_id) {
        school_id -> Text,
        book_notice_minutes -> BigInt,
        move_notice_minutes -> BigInt,
        cancel_notice_minutes -> BigInt,
        hold_minutes -> BigInt,
        offer_minutes -> BigInt,
    }
}

diesel::table! {
    swaps (id) {
        id -> Text,
        school_id -> Text,
        session_id -> Text,
        other_id -> Text,
        session_starts_at -> Timestamp,
        other_starts_at -> Timestamp,
        state -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    waiting (id) {
        id -> Text,
        school_id -> Text,
        title -> Text,
        people -> Text,
        connections -> BigInt,
        duration_minutes -> BigInt,
        from_at -> Timestamp,
        to_at -> Timestamp,
        offer_id -> Nullable<Text>,
        queued_at -> Timestamp,
        created_at -> Timestamp,
        link -> Nullable<Text>,
        offered -> Text,
        hours -> Text,
        passed -> Text,
    }
}
