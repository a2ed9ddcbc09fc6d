//! The shape of the two documents, for the lenient pass. `round.rs` and `plan.rs` are the same shape for serde.

/// What a value must be.
pub(super) enum Kind {
    Text,
    /// A whole number from 0 to this.
    Number(u64),
    /// Any number.
    Real,
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    List(&'static Kind),
    /// An object of any names, each with such a value.
    Map(&'static Kind),
    Object(&'static Schema),
    /// The same, or null.
    Maybe(&'static Kind),
}

/// An object's fields.
pub(super) struct Schema {
    /// Whether fields that are not listed are ignored.
    pub open: bool,
    pub fields: &'static [Field],
}

pub(super) struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

const U32: Kind = Kind::Number(u32::MAX as u64);
const U64: Kind = Kind::Number(u64::MAX);

pub(super) static ROUND: Schema = Schema {
    open: false,
    fields: &[
        field("version", U32),
        field("name", Kind::Text),
        field("horizon", Kind::Object(&HORIZON)),
        optional("days", Kind::List(&U32)),
        field("pools", Kind::List(&Kind::Object(&POOL))),
        optional("exclusives", Kind::List(&Kind::Object(&EXCLUSIVE))),
        field("requests", Kind::List(&Kind::Object(&REQUEST))),
    ],
};

static HORIZON: Schema =
    Schema { open: false, fields: &[field("start", Kind::Text), field("step_minutes", U32), field("cells", U32)] };

static POOL: Schema = Schema {
    open: false,
    fields: &[
        field("id", Kind::Text),
        field("kind", Kind::Word(&["concurrent", "arrivals"])),
        optional("window", Kind::Maybe(&U32)),
        field("limit", U32),
        optional("except", Kind::List(&Kind::Object(&LIMIT_RANGE))),
    ],
};

static LIMIT_RANGE: Schema =
    Schema { open: false, fields: &[field("from", U32), field("to", U32), field("limit", U32)] };

static EXCLUSIVE: Schema = Schema {
    open: false,
    fields: &[field("id", Kind::Text), optional("break", U32), optional("most", Kind::Maybe(&U32))],
};

static REQUEST: Schema = Schema {
    open: false,
    fields: &[
        field("id", Kind::Text),
        field("pools", Kind::List(&Kind::Text)),
        field("exclusive", Kind::List(&Kind::Text)),
        field("connections", U32),
        field("duration", U32),
        field("options", Kind::List(&Kind::Object(&START_RANGE))),
        field("unplaced", U64),
        optional("current", Kind::Maybe(&U32)),
        optional("move", U64),
        optional("pinned", Kind::Flag),
        optional("weight", U32),
        optional("after", Kind::List(&Kind::Object(&AFTER))),
    ],
};

static AFTER: Schema = Schema { open: false, fields: &[field("request", Kind::Text), optional("gap", U32)] };

static START_RANGE: Schema = Schema {
    open: false,
    fields: &[field("first", U32), field("last", U32), field("ideal", U32), field("base", U64), field("per_cell", U32)],
};

pub(super) static PLAN: Schema = Schema {
    open: true,
    fields: &[
        field("round", Kind::Text),
        field("sessions", Kind::List(&Kind::Object(&SESSION))),
        optional("objective", Kind::Maybe(&U64)),
        optional("bound", Kind::Maybe(&Kind::Real)),
        optional("certificate", Kind::Maybe(&Kind::Object(&CERTIFICATE))),
    ],
};

static SESSION: Schema =
    Schema { open: true, fields: &[field("request", Kind::Text), field("start", Kind::Maybe(&U32))] };

static CERTIFICATE: Schema = Schema {
    open: true,
    fields: &[
        field("prices", Kind::List(&Kind::Object(&PRICE))),
        optional("derived", Kind::List(&Kind::Object(&DERIVED))),
        optional("overloads", Kind::List(&Kind::Object(&OVERLOAD))),
    ],
};

static PRICE: Schema = Schema {
    open: true,
    fields: &[
        optional("pool", Kind::Maybe(&Kind::Text)),
        optional("exclusive", Kind::Maybe(&Kind::Text)),
        optional("cell", Kind::Maybe(&U32)),
        optional("day", Kind::Maybe(&U32)),
        field("price", Kind::Real),
    ],
};

static DERIVED: Schema = Schema {
    open: true,
    fields: &[
        field("divisor", U32),
        optional("pools", Kind::Map(&U32)),
        optional("exclusives", Kind::Map(&U32)),
        optional("requests", Kind::Map(&U32)),
        field("prices", Kind::List(&Kind::Object(&CELL_PRICE))),
    ],
};

static OVERLOAD: Schema = Schema {
    open: true,
    fields: &[
        optional("exclusive", Kind::Maybe(&Kind::Text)),
        optional("pool", Kind::Maybe(&Kind::Text)),
        field("requests", Kind::List(&Kind::Text)),
        field("price", Kind::Real),
    ],
};

static CELL_PRICE: Schema = Schema { open: true, fields: &[field("cell", U32), field("price", Kind::Real)] };
