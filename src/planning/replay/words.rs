//! What the report says, in French and English.

use super::{Assumptions, Variant};
use crate::planning::chart::Lang;

/// The report's texts.
pub struct Words {
    pub title: &'static str,
    pub lead: &'static str,
    pub legend: [&'static str; 3],
    pub logins: &'static str,
    pub wait: &'static str,
    pub refused: &'static str,
    pub at_once: &'static str,
    pub table: &'static str,
    pub columns: [&'static str; 5],
    pub before: &'static str,
    pub after: &'static str,
    pub platform: &'static str,
    pub all: &'static str,
    pub shared: &'static str,
    pub separated: &'static str,
    pub seats: &'static str,
    pub plan: &'static str,
    pub moves: [&'static str; 5],
    pub otherwise: &'static str,
    pub otherwise_lead: &'static str,
    pub assumption: &'static str,
    pub method: &'static str,
    pub observed: &'static str,
    pub assumed: [&'static str; 8],
    pub again: &'static str,
}

const FR: Words = Words {
    title: "16 mars 2020 : la matinée rejouée",
    lead: "À neuf heures, toute l’académie ouvre ses classes virtuelles en même temps. La même journée, avec les mêmes \
        classes, aurait tenu sur les mêmes machines : il suffisait de se mettre d’accord sur les heures.",
    legend: ["ce matin-là", "avec Créneau", "limite"],
    logins: "Authentifications par minute",
    wait: "Attente la plus longue, en minutes",
    refused: "Refusés par minute",
    at_once: "connexions souhaitées en même temps",
    table: "Avant et après",
    columns: [
        "Souhaitées en même temps",
        "Connectés en même temps",
        "Authentifications par minute",
        "Attente la plus longue",
        "Refusés",
    ],
    before: "avant",
    after: "après",
    platform: "Plateforme",
    all: "Toutes",
    shared: "Leia et e-lyco sur la même machine",
    separated: "Leia et e-lyco séparés",
    seats: "places",
    plan: "Ce que le plan demande aux professeurs",
    moves: [
        "à l’heure habituelle",
        "à 15 min près",
        "à une heure près",
        "plus tôt ou plus tard le même jour",
        "sans classe",
    ],
    otherwise: "Et si l’on supposait autre chose ?",
    otherwise_lead: "Le même plan et la même matinée, toutes plateformes ensemble, une hypothèse changée à la fois.",
    assumption: "Hypothèse",
    method: "Comment c’est simulé",
    observed: "Observé : {logins} nouvelles connexions entre 8 h 50 et 9 h, quatre fois la charge habituelle ; une rame de \
        métro de 500 places devant laquelle 1 000 personnes attendent.",
    assumed: [
        "Les écoles et leurs classes viennent du recensement de l’académie, ou sont inventées à son image ; les emplois du \
         temps sont tirés au sort, neuf et dix heures étant les plus demandées. De chaque classe, la même part des élèves se \
         connecte, de sorte que {logins} le font pour neuf heures.",
        "Chacun s’authentifie à un moment quelconque des dix minutes qui précèdent sa classe, auprès d’une seule fédération : \
         {rate} par minute, un cinquième de plus que la charge habituelle. Ce chiffre n’a pas été publié.",
        "Devant la fédération, {line} demandes peuvent attendre ; au-delà, une page d’erreur. Premier arrivé, premier servi.",
        "Une machine a des places pour la moitié de ceux qui en voudraient une en même temps ; qui n’en a pas attend qu’une se \
         libère à la fin d’une classe.",
        "Qui n’est pas entré après un quart d’heure renonce, et compte comme refusé. Personne ne réessaie : ce matin-là, \
         c’était pire.",
        "Le recensement ne dit pas qui utilisait Leia : les lycées en tiennent lieu, les collèges sont sur e-lyco, les écoles \
         sur e-primo. Séparées, les deux plateformes se partagent autant de places que la machine commune.",
        "Le plan déplace les classes dans la journée seulement, dans les heures que le professeur accepte (un cinquième d’entre \
         eux : à une heure près), et laisse à chaque classe dix minutes pour se connecter.",
        "Les limites propres des établissements ne comptent pas ici : aucune n’a été observée ce matin-là. Sans elles, même les \
         établissements trop pleins pour leur propre limite ont de la place.",
    ],
    again: "Pour refaire ce rapport :",
};

const EN: Words = Words {
    title: "16 March 2020: the morning replayed",
    lead: "At nine o’clock the whole académie opens its virtual classes at once. The same day, with the same classes, would \
        have fitted on the same machines: all it took was to agree on the hours.",
    legend: ["that morning", "with Créneau", "limit"],
    logins: "Logins a minute",
    wait: "Longest wait, in minutes",
    refused: "Refused a minute",
    at_once: "connections wanted at once",
    table: "Before and after",
    columns: ["Wanted at once", "Connected at once", "Logins a minute", "Longest wait", "Refused"],
    before: "before",
    after: "after",
    platform: "Platform",
    all: "All",
    shared: "Leia and e-lyco on one host",
    separated: "Leia and e-lyco separated",
    seats: "seats",
    plan: "What the plan asks of teachers",
    moves: ["at the usual hour", "within 15 min", "within an hour", "earlier or later that day", "without a class"],
    otherwise: "What if something else is assumed?",
    otherwise_lead: "The same plan and the same morning, all platforms together, one assumption changed at a time.",
    assumption: "Assumption",
    method: "How it is simulated",
    observed: "Observed: {logins} new connections between 8:50 and 9:00, four times the usual load; a metro car of 500 seats \
        with 1,000 people before it.",
    assumed: [
        "Schools and their classes come from the census of the académie, or are invented like them; timetables are drawn, nine \
         and ten o’clock the most popular. Of each class the same share of pupils connects, so that {logins} do for nine o’clock.",
        "Each logs in at any moment of the ten minutes before their class, at one federation: {rate} a minute, a fifth more than \
         the usual load. That figure was not published.",
        "At the federation {line} logins may wait; beyond that there is an error page. First come, first served.",
        "A host has seats for half of those who want one at a time; who has none waits until one is free at the end of a class.",
        "Whoever is not in after a quarter of an hour gives up, and counts as refused. Nobody tries again: that morning it was \
         worse.",
        "The census does not say who used Leia: the lycées stand for them, collèges are on e-lyco, écoles on e-primo. \
         Separated, the two platforms share out as many seats as the common host has.",
        "The plan moves classes within the day only, to hours that their teacher accepts (a fifth of them: within one hour), \
         and leaves each class ten minutes to log in.",
        "Schools’ own limits do not count here: none was observed that morning. Without them even the schools that are too \
         crowded for their own limit have room.",
    ],
    again: "To make this report again:",
};

/// A text about the assumptions, with their numbers in it.
pub fn with_numbers(text: &str, assumptions: &Assumptions, lang: Lang) -> String {
    let number = |number: u32| lang.number(u64::from(number));
    text.replace("{logins}", &number(assumptions.observed_logins))
        .replace("{rate}", &number(assumptions.federation_a_minute))
        .replace("{line}", &number(assumptions.federation_line))
}

/// The texts in this language.
pub fn words(lang: Lang) -> &'static Words {
    lang.pick(&FR, &EN)
}

/// An assumption's name.
pub fn variant(lang: Lang, variant: Variant) -> &'static str {
    let (fr, en) = match variant {
        Variant::SlowFederation => {
            ("La fédération ne fait que la charge habituelle", "The federation does no more than the usual load")
        }
        Variant::FastFederation => ("Elle fait le double de ce qui est supposé", "It does twice as much as assumed"),
        Variant::EndlessLine => ("Autant de monde que l’on veut peut attendre", "Any number may wait"),
        Variant::LittlePatience => ("On renonce après cinq minutes", "People give up after five minutes"),
        Variant::LateLogins => {
            ("Trois quarts arrivent dans les cinq dernières minutes", "Three quarters come in the last five minutes")
        }
    };
    lang.pick(fr, en)
}
