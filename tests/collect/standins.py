"""Small stand-ins for systems that cannot be had here: a proxy that counts and fails, GitHub's interface, and `kubectl`."""
import http.client, http.server, json, os, socket, ssl, stat, threading, time, urllib.parse


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A server of this machine, in a thread."""

    def __init__(self, answer):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            # Who asked may be gone: being killed is a part of what is tried.
            def handle_error(self, *_):
                pass

        self.answer = answer
        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def speak_tls(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.uri = self.uri.replace("http://", "https://")

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Proxy(Server):
    """Hands on what it is asked, counts it, and can be slow."""

    def __init__(self, port):
        self.port, self.count, self.delay, self.busy, self.asked = port, 0, 0.0, 0, []
        super().__init__(self.forward)

    def forward(self, handler):
        self.count += 1
        self.asked.append(f"{handler.command} {handler.path}")
        time.sleep(self.delay)
        if self.busy:
            self.busy -= 1
            handler.send_response(503)
            handler.send_header("Retry-After", "1")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {"Content-Type": "application/json"}
        try:
            upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            upstream.request(handler.command, handler.path, body or None, headers)
            reply = upstream.getresponse()
            data = reply.read()
        except OSError:
            # As if nobody were there.
            handler.close_connection = True
            handler.connection.close()
            return
        handler.send_response(reply.status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)


class GitHub(Server):
    """The part of GitHub's interface that is asked for, with pages by the Link header."""

    def __init__(self, token):
        self.token, self.busy, self.asked, self.repeat_token, self.elsewhere = token, 1, [], False, False
        self.hide_environments = False
        pulls = [{"number": n, "user": {"login": "ana"}, "merged_at": None} for n in range(1, 6)]
        self.lists = {
            "/branches": [{"name": "main", "protected": True}],
            "/rulesets": [{"id": 11}, {"id": 12}, {"id": 13}],
            "/pulls": pulls,
        }
        self.ones = {"": {"full_name": "acme/models"}, "/branches/main/protection": {"enforce_admins": {"enabled": True}}}
        for rule in self.lists["/rulesets"]:
            self.ones[f"/rulesets/{rule['id']}"] = rule | {"rules": []}
        for pull in pulls:
            self.ones[f"/pulls/{pull['number']}"] = pull | {"merged_by": {"login": "bo"}}
            self.lists[f"/pulls/{pull['number']}/reviews"] = [{"id": n, "state": "APPROVED"} for n in range(pull["number"])]
        super().__init__(self.reply)

    def reply(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        self.asked.append(handler.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        path = url.path.removeprefix("/repos/acme/models")
        headers, status = {}, 200
        if handler.headers.get("Authorization") != f"Bearer {self.token}":
            # It repeats what it was sent, as careless servers do.
            status, value = 401, {"message": f"Bad credentials: {handler.headers.get('Authorization')}"}
        elif self.busy and path == "/pulls":
            self.busy -= 1
            status, value, headers = 429, {"message": "slow down"}, {"Retry-After": "1"}
        elif path == "/environments":
            status, value = (403, {"message": "Resource not accessible"}) if self.hide_environments else (200, {"total_count": 0, "environments": []})
        elif path in self.lists:
            size, page = int(query["per_page"]), int(query.get("page", 1))
            items = self.lists[path]
            value = items[(page - 1) * size : page * size]
            if page * size < len(items):
                query["page"] = page + 1
                host = "http://127.0.0.1:1" if self.elsewhere else self.uri
                headers["Link"] = f'<{host}{url.path}?{urllib.parse.urlencode(query)}>; rel="next"'
        elif path in self.ones:
            value = dict(self.ones[path])
            if self.repeat_token:
                value["token"] = self.token
        else:
            status, value = 404, {"message": "Not Found"}
        data = json.dumps(value).encode()
        handler.send_response(status)
        for name, text in headers.items():
            handler.send_header(name, text)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)


KUBECTL = r"""#!/usr/bin/env python3
import json, sys
args = sys.argv[1:]
with open(__file__ + ".log", "a") as log:
    log.write(" ".join(args) + "\n")
if args[:2] == ["config", "current-context"]:
    print("test-cluster")
    sys.exit(0)
assert args[:3] == ["--context", "test-cluster", "get"] and args[4:] == ["--all-namespaces", "--output", "json"], args
resource = args[3]
try:
    with open(__file__ + ".forbidden") as file:
        forbidden = file.read().split()
except OSError:
    forbidden = []
if resource in forbidden:
    sys.exit('Error from server (Forbidden): ' + resource + ' is forbidden: User "ana" cannot list it')
if resource.startswith("inferenceservices"):
    sys.exit("error: the server doesn't have a resource type \"inferenceservices\"")
items = []
if resource == "deployments.apps":
    for name, privileged in (("web", False), ("miner", True)):
        container = {"name": "c", "image": "i@sha256:" + "0" * 64, "securityContext": {"privileged": privileged}}
        template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
        items.append({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"},
                      "spec": {"selector": {"matchLabels": {"app": name}}, "template": template}})
print(json.dumps({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}))
"""


def kubectl(folder):
    """A `kubectl` of a cluster with two deployments, one of which is privileged."""
    path = os.path.join(folder, "kubectl")
    with open(path, "w") as file:
        file.write(KUBECTL)
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return path
