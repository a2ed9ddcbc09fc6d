"""Reads a calendar (RFC 5545) on standard input with the PyPI package icalendar and prints it as JSON; with two dates
as arguments, also each occurrence between them. Whatever the package or the checks below find wrong ends it with 1."""
import json
import sys
from datetime import date, datetime, timezone

import icalendar
import recurring_ical_events

TIME_PROPERTIES = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")


def moment(prop):
    """as written with its zone, and in UTC; an all-day date has no UTC"""
    if prop is None:
        return None
    value = prop.dt
    if not isinstance(value, datetime):
        return {"local": value.isoformat(), "zone": None, "utc": None}
    zone = prop.params.get("TZID") or ("UTC" if value.tzinfo is not None else None)
    utc = value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if value.tzinfo is not None else None
    return {"local": value.strftime("%Y-%m-%dT%H:%M:%S"), "zone": zone, "utc": utc}


def text(component, name):
    value = component.get(name)
    return None if value is None else str(value)


def many(component, name):
    value = component.get(name)
    return [str(one) for one in ([] if value is None else value if isinstance(value, list) else [value])]


def event(component):
    return {
        "uid": text(component, "UID"),
        "recurrence_id": moment(component.get("RECURRENCE-ID")),
        "summary": text(component, "SUMMARY"),
        "description": text(component, "DESCRIPTION"),
        "location": text(component, "LOCATION"),
        "url": text(component, "URL"),
        "start": moment(component.get("DTSTART")),
        "end": moment(component.get("DTEND")),
        "sequence": int(component.get("SEQUENCE", 0)),
        "status": text(component, "STATUS"),
        "categories": list(component.categories),
        "organizer": text(component, "ORGANIZER"),
        "attendees": many(component, "ATTENDEE"),
        "rrule": component["RRULE"].to_ical().decode() if "RRULE" in component else None,
        "dtstamp": moment(component.get("DTSTAMP")),
        "last_modified": moment(component.get("LAST-MODIFIED")),
    }


def wrong_lines(data):
    """what parsers forgive and RFC 5545, section 3.1, does not"""
    if not data.endswith(b"\r\n"):
        yield "the last line does not end in CRLF"
    for number, line in enumerate(data.split(b"\r\n"), 1):
        if len(line) > 75:
            yield f"line {number} has {len(line)} octets, 75 are allowed"
        if any(byte < 32 and byte != 9 or byte == 127 for byte in line):
            yield f"line {number} holds a control character"


def wrong_components(calendar):
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    for name in ("PRODID", "VERSION"):
        if name not in calendar:
            yield f"the calendar has no {name}"
    seen = set()
    for component in calendar.walk():
        for name, message in component.errors:
            yield f"{component.name} {name}: {message}"
    for component in calendar.walk("VEVENT"):
        uid = text(component, "UID")
        for name in ("UID", "DTSTAMP", "DTSTART"):
            if name not in component:
                yield f"event {uid} has no {name}"
        key = (uid, json.dumps(moment(component.get("RECURRENCE-ID"))))
        if key in seen:
            yield f"event {uid} twice"
        seen.add(key)
        for name in TIME_PROPERTIES:
            prop = component.get(name)
            for one in prop if isinstance(prop, list) else [] if prop is None else [prop]:
                zone = one.params.get("TZID")
                if zone is not None and zone not in zones:
                    yield f"event {uid}: {name} names the zone {zone}, which the calendar does not define"


def main():
    data = sys.stdin.buffer.read()
    problems = list(wrong_lines(data))
    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except ValueError as error:
        sys.exit(f"not a calendar: {error}")
    if len(calendars) != 1:
        sys.exit(f"{len(calendars)} calendars, 1 expected")
    calendar = calendars[0]
    problems += wrong_components(calendar)
    if problems:
        sys.exit("\n".join(problems))
    occurrences = []
    if len(sys.argv) > 2:
        first, last = (date.fromisoformat(arg) for arg in sys.argv[1:3])
        found = recurring_ical_events.of(calendar).between(first, last)
        occurrences = sorted((event(one) for one in found), key=lambda one: (one["start"]["utc"] or "", one["uid"]))
    json.dump({
        "name": text(calendar, "NAME") or text(calendar, "X-WR-CALNAME"),
        "method": text(calendar, "METHOD"),
        "events": [event(component) for component in calendar.walk("VEVENT")],
        "occurrences": occurrences,
    }, sys.stdout)


main()
