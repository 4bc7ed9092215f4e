"""A web server that behaves as a test needs it, or (with `echo`) one that sends back all bytes.

    web.py http|https|echo CERTIFICATE KEY AUTHORITY

Prints its port, then what came: the path, length and Content-Type of each request, and whether its token was right.
"""

import http.server
import socket
import ssl
import sys
import threading
import time

kind, certificate, key, authority = sys.argv[1:5]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = self.headers.get("Authorization") == "Bearer mountain-7"
        kinds = f"{self.headers.get('Content-Type')} {self.headers.get('X-Empty')!r}"
        print(f"{self.path} {len(body)} {kinds} {token}", flush=True)
        name = self.path.split("?")[0].strip("/")
        if name == "slow-answer":
            time.sleep(10)
        elif name == "slow-body":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        elif name == "endless-body":
            self.send_response(202)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)
        elif name == "endless-head":
            while True:
                self.wfile.write(b"X-Long: " + b"x" * 1000 + b"\r\n")
        else:
            status = int(name) if name.isdigit() else 200
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "https://other.invalid/stolen")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def echo(connection):
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            subject = dict(part[0] for part in stream.getpeercert()["subject"])["commonName"]
            print(f"client {subject}", flush=True)
            while data := stream.recv(65536):
                stream.sendall(data)
    except OSError as error:
        print(f"echo: {error}", flush=True)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if kind != "http":
    context.load_cert_chain(certificate, key)
if kind == "echo":
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"port {listening.getsockname()[1]}", flush=True)
    while True:
        threading.Thread(target=echo, args=(listening.accept()[0],), daemon=True).start()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
if kind == "https":
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"port {server.server_address[1]}", flush=True)
server.serve_forever()
