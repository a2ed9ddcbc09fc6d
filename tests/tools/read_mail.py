"""Reads a mail (RFC 5322) on standard input with Python's own parser and prints it as JSON. What the parser finds wrong
ends it with 1."""
import email
import email.policy
import json
import sys


def part(message):
    parts = [part(one) for one in message.iter_parts()] if message.is_multipart() else []
    disposition = message.get("Content-Disposition")
    return {
        "kind": message.get_content_type(),
        "method": message.get_param("method"),
        "disposition": disposition.content_disposition if disposition else None,
        "file": message.get_filename(),
        "text": None if parts else message.get_payload(decode=True).decode("utf-8"),
        "parts": parts,
    }


def defects(message):
    found = list(message.defects)
    for name in message.keys():
        found += message[name].defects
    for one in message.iter_parts() if message.is_multipart() else []:
        found += defects(one)
    return found


message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
if wrong := defects(message):
    sys.exit("\n".join(map(repr, wrong)))
headers = {name.lower(): str(message[name]) for name in message.keys()}
json.dump({"headers": headers, "body": part(message)}, sys.stdout)
