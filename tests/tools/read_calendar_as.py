"""Reads a calendar on standard input with one library and prints its events as JSON, their times in UTC by the library's
own reckoning. The library is the argument: icalendar, recurring-ical-events, ics or vobject."""
import json
import sys
from datetime import date, datetime, timezone


def utc(at):
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone")
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def event(uid, start, end, summary, description, status, sequence):
    return {
        "uid": str(uid),
        "start": utc(start),
        "end": utc(end),
        "summary": str(summary),
        "description": None if description is None else str(description),
        "status": str(status),
        "sequence": int(sequence),
    }


def of_icalendar(one):
    names = ("SUMMARY", "DESCRIPTION", "STATUS", "SEQUENCE")
    return event(one["UID"], one["DTSTART"].dt, one["DTEND"].dt, *(one.get(name) for name in names))


def by_icalendar(text):
    import icalendar
    return [of_icalendar(one) for one in icalendar.Calendar.from_ical(text).walk("VEVENT")]


def by_recurring_ical_events(text):
    import icalendar
    import recurring_ical_events
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(date(2029, 1, 1), date(2032, 1, 1))
    return [of_icalendar(one) for one in found]


def by_ics(text):
    import ics

    def sequence(one):
        return next(line.value for line in one.extra if line.name == "SEQUENCE")

    return [
        event(one.uid, one.begin.datetime, one.end.datetime, one.name, one.description, one.status, sequence(one))
        for one in ics.Calendar(text).events
    ]


def by_vobject(text):
    import vobject

    def value(one, name):
        return one.contents[name][0].value if name in one.contents else None

    names = ("uid", "dtstart", "dtend", "summary", "description", "status", "sequence")
    return [event(*(value(one, name) for name in names)) for one in vobject.readOne(text).vevent_list]


libraries = {
    "icalendar": by_icalendar,
    "recurring-ical-events": by_recurring_ical_events,
    "ics": by_ics,
    "vobject": by_vobject,
}
text = sys.stdin.buffer.read().decode("utf-8")
json.dump(libraries[sys.argv[1]](text), sys.stdout)
