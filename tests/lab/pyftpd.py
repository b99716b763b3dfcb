#!/usr/bin/env python3
"""An anonymous, read-only FTP server on one loopback address, made of pyftpdlib.

It gives up root once it listens, so that the modes of the files it serves mean something.
"""

import argparse
import encodings.idna  # noqa: F401  (no module can be loaded once root is given up)
import grp  # noqa: F401
import os
import pwd
import resource

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

# Every client that knocks while another is being served waits in here.
BACKLOG = 512


class Server(FTPServer):
    """Counts clients, where pyftpdlib counts all open sockets."""

    max_cons = 0

    def _accept_new_cons(self):
        return not self.max_cons or len(self.ip_map) <= self.max_cons


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("archive")
    parser.add_argument("--no-passive", action="store_true", help="refuse PASV and EPSV")
    parser.add_argument("--no-extended", action="store_true", help="refuse EPSV and EPRT")
    parser.add_argument("--max-clients", type=int, default=0, help="0 is no limit")
    parser.add_argument("--data-ports", metavar="LOW-HIGH", help="none is any")
    parser.add_argument("--tls", metavar="PEM", help="FTPS only, with this certificate and key")
    return parser.parse_args()


def ports(text):
    if not text:
        return None
    low, high = text.split("-")
    return range(int(low), int(high) + 1)


def under_tls(identity):
    from pyftpdlib.handlers import TLS_FTPHandler

    class Handler(TLS_FTPHandler):
        certfile = identity
        tls_control_required = True
        tls_data_required = True

    # Only root may read the key.
    Handler.ssl_context = Handler.get_ssl_context()
    return Handler


def main():
    args = arguments()
    refused = set()
    if args.no_passive:
        refused |= {"PASV", "EPSV"}
    if args.no_extended:
        refused |= {"EPSV", "EPRT"}

    authorizer = DummyAuthorizer()
    authorizer.add_anonymous(args.archive)

    Base = under_tls(args.tls) if args.tls else FTPHandler

    class Handler(Base):
        banner = "pyftpdlib ready."
        proto_cmds = {name: rule for name, rule in Base.proto_cmds.items() if name not in refused}
        passive_ports = ports(args.data_ports)

    Handler.authorizer = authorizer

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Server((args.host, args.port), Handler, backlog=BACKLOG)
    server.max_cons = args.max_clients
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    server.serve_forever(handle_exit=False)


if __name__ == "__main__":
    main()
