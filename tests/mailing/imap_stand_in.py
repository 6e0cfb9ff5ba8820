"""A mailbox that speaks IMAP (RFC 9051) on a port of its own, with the messages of a test."""

import re
import socketserver
import threading

WHEN = "14-Apr-2026 10:00:00 +0200"
UID_FETCH = re.compile(rb"UID FETCH (\d+) \(.*BODY\.PEEK\[\]<0\.(\d+)>\)$")


class Mailbox(socketserver.ThreadingTCPServer):
    """`messages`: number -> bytes. Remembers every command; dies in an answer if asked to.

    Of numbers in `refused` it says NO, of those in `moved` nothing; with `tells_after` size and
    day stand behind the message.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, messages: list[bytes], *, dies_at: int = 0, validity: int = 7):
        super().__init__(("127.0.0.1", 0), Servant)
        self.messages = dict(enumerate(messages, 1))
        self.dies_at, self.validity = dies_at, validity
        self.refused: set[int] = set()
        self.moved: set[int] = set()
        self.tells_after = False
        self.commands: list[bytes] = []
        self.fetched: list[int] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """What the setting says."""
        return f"imap://odpowiedzi:s%40cret@127.0.0.1:{self.server_address[1]}/INBOX"

    def end(self) -> None:
        """Hang up."""
        self.shutdown()
        self.server_close()


class Servant(socketserver.StreamRequestHandler):
    """One conversation."""

    def handle(self) -> None:
        box = self.server
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        for line in self.rfile:
            tag, command = line.rstrip(b"\r\n").split(b" ", 1)
            box.commands.append(command)
            word = command.split(b" ")[0].upper()
            if word == b"CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif word == b"LOGIN" and command != b'LOGIN odpowiedzi "s@cret"':
                self.wfile.write(tag + b" NO who are you\r\n")
                continue
            elif word == b"EXAMINE":
                self.wfile.write(b"* %d EXISTS\r\n" % len(box.messages))
                self.wfile.write(b"* OK [UIDVALIDITY %d] valid\r\n" % box.validity)
            elif command.startswith(b"UID SEARCH"):
                self.wfile.write(b"* SEARCH " + self.search(command) + b"\r\n")
            elif fetch := UID_FETCH.match(command):
                uid, most = int(fetch[1]), int(fetch[2])
                if uid == box.dies_at:
                    self.wfile.write(b"* 1 FETCH (UID %d BODY[]<0> {500}\r\nHalf of" % uid)
                    return
                if uid in box.refused:
                    self.wfile.write(tag + b" NO I cannot find it\r\n")
                    continue
                if uid not in box.moved:
                    self.fetch(uid, most)
            elif word == b"LOGOUT":
                self.wfile.write(b"* BYE\r\n" + tag + b" OK\r\n")
                return
            self.wfile.write(tag + b" OK done\r\n")

    def search(self, command: bytes) -> bytes:
        """Like a server, `n:*` names the newest whatever n is."""
        numbers = sorted(self.server.messages)
        first = re.search(rb"UID (\d+):\*$", command)
        if first and numbers:
            least = min(int(first[1]), numbers[-1])
            numbers = [number for number in numbers if number >= least]
        return b" ".join(b"%d" % number for number in numbers)

    def fetch(self, uid: int, most: int) -> None:
        content = self.server.messages[uid]
        self.server.fetched.append(uid)
        about = f'INTERNALDATE "{WHEN}" RFC822.SIZE {len(content)}'.encode()
        part = content[:most]
        body = b"BODY[]<0> {%d}\r\n%s" % (len(part), part)
        told = (body, about) if self.server.tells_after else (about, body)
        self.wfile.write(b"* %d FETCH (UID %d %s %s)\r\n" % (uid, uid, *told))
