"""A real SMTP server for tests: keeps each accepted mail as two files in a folder, NNNN.eml as received and NNNN.json
with its envelope. Prints its port, and ends with its standard input. After the folder may come `starttls` or `tls`, a
certificate and its key. What a recipient's address begins with decides:

    refuse421- refuse450- refuse550-   refused with this code
    slow-                              the mail is kept, the answer comes two seconds later
    vanish-                            the mail is kept, the connection closed without an answer
"""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP

REFUSALS = {
    "refuse421-": "421 4.3.2 Service not available, try later",
    "refuse450-": "450 4.2.1 Mailbox busy, try later",
    "refuse550-": "550 5.1.1 No such mailbox",
}


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        for prefix, answer in REFUSALS.items():
            if address.startswith(prefix):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = os.path.join(self.folder, f"{self.count:04}")
        with open(f"{name}.eml", "wb") as file:
            file.write(envelope.original_content)
        # Under its final name only when whole: readers look for it.
        with open(f"{name}.new", "w") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos}, file)
        os.rename(f"{name}.new", f"{name}.json")
        if any(address.startswith("slow-") for address in envelope.rcpt_tos):
            await asyncio.sleep(2)
        if any(address.startswith("vanish-") for address in envelope.rcpt_tos):
            server.transport.abort()
        return "250 2.0.0 Kept"


async def main(folder, how=None, certificate=None, key=None):
    loop = asyncio.get_running_loop()
    keeper = Keeper(folder)
    context = None
    if how:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
    options = {"hostname": "mail.example", "enable_SMTPUTF8": True}
    if how == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    server = await loop.create_server(
        lambda: SMTP(keeper, **options), "127.0.0.1", 0, ssl=context if how == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)  # at once: clients may keep connections open


asyncio.run(main(*sys.argv[1:]))
