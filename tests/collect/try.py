#!/usr/bin/env python3
"""Collects from real servers and from stand-ins, and checks what was collected: try.py --tickmark PATH

TICKMARK_MLFLOW names the folder of programs of a virtual environment with `mlflow==3.*`, TICKMARK_MOTO that of one with
`moto[server]` and `awscli`. What is not there is skipped, with a notice. All servers are of this machine, on free ports, and are ended here.
"""
import argparse, contextlib, hashlib, json, os, re, shlex, shutil, signal, subprocess, sys, tempfile, time, urllib.request

sys.dont_write_bytecode = True
import standins  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
# Looked for in all that is written and printed.
TOKEN = "tmk-" + hashlib.sha256(os.urandom(16)).hexdigest()


class Failed(Exception):
    pass


def must(holds, why):
    if not holds:
        raise Failed(why)


class Tickmark:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.realpath(program), folder
        self.env = dict(os.environ, TICKMARK_TRY_TOKEN=TOKEN)

    def start(self, *words):
        return subprocess.Popen([self.program, *words], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def call(self, *words, code=None):
        started = self.start(*words)
        out, err = started.communicate(timeout=300)
        must(TOKEN not in out + err, f"the token is printed by {words}")
        must(code is None or started.returncode == code, f"{' '.join(words)}: exit {started.returncode}, not {code}\n{out}{err}")
        return out, err

    def path(self, *steps):
        return os.path.join(self.folder, *steps)

    def collection(self, folder):
        with open(self.path(folder, "collection.json")) as file:
            return json.load(file)

    def no_token(self, folder):
        for root, _, names in os.walk(self.path(folder)):
            for name in names:
                with open(os.path.join(root, name), "rb") as file:
                    must(TOKEN.encode() not in file.read(), f"the token is in {root}/{name}")

    def digests_are_true(self, folder):
        collection = self.collection(folder)
        for entry in collection["files"]:
            with open(self.path(folder, entry["path"]), "rb") as file:
                must(hashlib.sha256(file.read()).hexdigest() == entry["sha256"], f"the digest of {entry['path']} is wrong")
            must(entry["basis"] and entry["query"] and entry["system"] and entry["collector"], f"{entry} says too little")
        return collection


@contextlib.contextmanager
def server(words, health, env=None, log=None):
    """A server of its own process group, ended with all that it started."""
    with open(log or os.devnull, "w") as out:
        process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        for _ in range(240):
            if process.poll() is not None:
                raise Failed(f"{words[0]} ends at once; see {log}")
            try:
                urllib.request.urlopen(health, timeout=2).read()
                break
            except OSError:
                time.sleep(0.5)
        else:
            raise Failed(f"{words[0]} does not answer")
        yield process
    finally:
        stop(process)


def stop(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def failures(results):
    """Control and subject of whatever fails."""
    return {(control["id"], subject["id"]) for control in results["controls"] for subject in control["subjects"]
            if subject["verdict"] == "fail"}


PEOPLE = """person:
  - { id: p1, name: Ana, logins: [ana] }
  - { id: p2, name: Bo, logins: [bo] }
  - { id: p3, name: Cy, logins: [cy] }
"""

# The control of soc2-ai about approvals; what else the pack asks for, this registry does not say.
APPROVAL = "MODEL-03"


def try_mlflow(tickmark, programs):
    work, port = tickmark.folder, standins.free_port()
    words = [os.path.join(programs, "mlflow"), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
             "--backend-store-uri", f"sqlite:///{work}/mlflow.db", "--artifacts-destination", f"{work}/artifacts"]
    health, log = f"http://127.0.0.1:{port}/health", f"{work}/mlflow.log"
    proxy = standins.Proxy(port)
    collect = ["collect", "mlflow", "--uri", proxy.uri, "--token-env", "TICKMARK_TRY_TOKEN", "--page-size", "3", "--retries", "2"]
    with server(words, health, log=log):
        fill = [os.path.join(programs, "python"), os.path.join(HERE, "fill_mlflow.py"), f"http://127.0.0.1:{port}"]
        filled = subprocess.run(fill, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        must(filled.returncode == 0, filled.stderr)
        # Whole, in one go, though the server is busy at first.
        proxy.busy = 1
        tickmark.call(*collect, "--output", "whole", code=0)
        collection = tickmark.digests_are_true("whole")
        must(collection["complete"] and all(entry["complete"] for entry in collection["files"]), "it is whole")
        asked = proxy.count - 1
        must(len(collection["files"]) == asked > 8, f"{asked} questions, {len(collection['files'])} files")
        rows = {}
        for entry in collection["files"]:
            rows[entry["path"].split("/")[0]] = rows.get(entry["path"].split("/")[0], 0) + entry["rows"]
        must(rows["registered-models"] == 13 and rows["model-versions"] == 17 and rows["runs"] == 8, f"{rows}")
        # Interrupted without any warning, and gone on with.
        proxy.count, proxy.delay = 0, 0.2
        process = tickmark.start(*collect, "--output", "again")
        while proxy.count < asked // 2 and process.poll() is None:
            time.sleep(0.02)
        must(process.poll() is None, "it is still at work")
        process.kill()
        process.communicate()
        partial = tickmark.collection("again")
        must(not partial["complete"], "what was interrupted is not whole")
        out, err = tickmark.call("check", "again", "--pack", "soc2-ai", "--format", "json", "--only", APPROVAL)
        sources = json.loads(out)["sources"]
        must(any(source["complete"] is False for source in sources), f"an interrupted collection counts as whole: {sources}")
        before, proxy.count, proxy.delay = len(proxy.asked), 0, 0.0
        out, _ = tickmark.call(*collect, "--output", "again", code=0)
        must(0 < proxy.count < asked and "kept from before" in out, f"{proxy.count} of {asked} questions were asked again")
        must(tickmark.digests_are_true("again")["complete"], "it is whole now")
        same = lambda folder: sorted((entry["path"], entry["sha256"]) for entry in tickmark.collection(folder)["files"])
        must(same("again") == same("whole"), "what was gone on with is not what is collected in one go")
        # A whole one is not collected again, unless that is said.
        proxy.count = 0
        tickmark.call(*collect, "--output", "again", code=0)
        must(proxy.count == 0, "a whole collection was asked for again")
        tickmark.call(*collect, "--output", "again", "--fresh", code=0)
        must(proxy.count == asked, "`--fresh` asks for everything")
        tickmark.call("collect", "mlflow", "--uri", "http://127.0.0.1:1", "--output", "again", code=2)
    with server(words, health, log=log) as process:
        # The server goes away midway: the rest is missing, and is said to be.
        proxy.count, proxy.delay = 0, 0.2
        collecting = tickmark.start(*collect, "--output", "lost")
        while proxy.count < asked // 2 and collecting.poll() is None:
            time.sleep(0.02)
        stop(process)
        out, err = collecting.communicate(timeout=120)
        must(collecting.returncode == 2 and "not complete" in err, f"exit {collecting.returncode}: {out}{err}")
        lost = tickmark.digests_are_true("lost")
        must(not lost["complete"] and lost["missing"] and lost["files"], "what is missing is said")
        with open(tickmark.path("tickmark.yaml"), "w") as file:
            file.write("version: 1\nsources:\n  - { path: lost, required: true }\npacks: [soc2-ai]\n")
        _, err = tickmark.call("check", "--manifest", "tickmark.yaml", code=2)
        must("E0706" in err, f"a required source that is partial stops the run: {err}")
    with server(words, health, log=log):
        proxy.delay = 0.0
        tickmark.call(*collect, "--output", "lost", code=0)
        must(tickmark.digests_are_true("lost")["complete"], "it goes on when the server is back")
    proxy.close()
    for folder in ("whole", "again", "lost"):
        tickmark.no_token(folder)
    # The faults, and only those.
    with open(tickmark.path("people.yaml"), "w") as file:
        file.write(PEOPLE)
    with open(tickmark.path("tickmark.yaml"), "w") as file:
        file.write("version: 1\nsources:\n  - { path: whole, kind: mlflow, required: true, max_age: 1 day }\n  - { path: people.yaml }\npacks: [soc2-ai]\n")
    out, err = tickmark.call("check", "--manifest", "tickmark.yaml", "--format", "json", "--only", APPROVAL, code=1)
    found = {re.sub(r"@.*", "", subject.split(" of ")[-1]) for _, subject in failures(json.loads(out))}
    planted = {"own-approval", "late-approval", "no-approval"}
    must(found == planted, f"planted {sorted(planted)}, found {sorted(found)}\n{err}")
    # Evidence that was touched is none.
    with open(tickmark.path("whole", "model-versions", "search.page0.json"), "a") as file:
        file.write(" ")
    _, err = tickmark.call("check", "whole", "--pack", "soc2-ai", code=2)
    must("E0707" in err, f"a changed file is refused: {err}")
    return f"MLflow: {asked} pages, {sum(rows.values())} records; interrupted, lost and gone on with; {len(planted)} faults planted and found"


def try_github(tickmark):
    github = standins.GitHub(TOKEN)
    collect = ["collect", "github", "acme/models", "--api", github.uri, "--token-env", "TICKMARK_TRY_TOKEN", "--page-size", "2"]
    tickmark.call(*collect, "--output", "github", code=0)
    collection = tickmark.digests_are_true("github")
    must(collection["complete"], "it is whole")
    pulls = [entry for entry in collection["files"] if re.fullmatch(r"pulls(\.page\d)?\.json", entry["path"])]
    must([entry["rows"] for entry in pulls] == [2, 2, 1] and all(entry["pages"] == 3 for entry in pulls), f"{pulls}")
    reviews = sum(entry["rows"] for entry in collection["files"] if "reviews" in entry["path"])
    must(reviews == 1 + 2 + 3 + 4 + 5, f"{reviews} reviews")
    must({"repository.json", "branches.main.protection.json", "rulesets/13.json"} <= {entry["path"] for entry in collection["files"]}, "")
    tickmark.no_token("github")
    # What we may not see is missing, and the rest is there.
    github.hide_environments = True
    _, err = tickmark.call(*collect, "--output", "github-2", code=2)
    must("environments" in err and len(tickmark.collection("github-2")["files"]) > 10, err)
    github.hide_environments = False
    asked = len(github.asked)
    tickmark.call(*collect, "--output", "github-2", code=0)
    must(len(github.asked) - asked == 1, "only what was missing is asked for again")
    # A wrong token, a server that repeats the token, one that leads elsewhere.
    github.token = "another"
    _, err = tickmark.call(*collect, "--output", "github-3", code=2)
    must("401" in err and not tickmark.collection("github-3")["files"], err)
    github.token, github.repeat_token = TOKEN, True
    _, err = tickmark.call(*collect, "--output", "github-4")
    must("repeats the token" in err, err)
    github.repeat_token, github.elsewhere = False, True
    _, err = tickmark.call(*collect, "--output", "github-5", code=2)
    must("on another server" in err, err)
    for folder in ("github-2", "github-3", "github-4", "github-5"):
        tickmark.no_token(folder)
    github.close()
    for words in (["--token-env", "TICKMARK_TRY_NOTHING"], ["--api", f"http://ana:{TOKEN}@127.0.0.1"]):
        tickmark.call("collect", "github", "acme/models", *words, "--output", "github-6", code=2)
    authority(tickmark)
    return f"GitHub: {len(collection['files'])} files from a stand-in, three pages by Link; the token appears nowhere"


def authority(tickmark):
    """A server that an authority of one's own vouches for is trusted where that is named, and only there."""
    if not shutil.which("openssl"):
        print("skipped: there is no openssl to make certificates with")
        return
    make = f"""set -e; cd {shlex.quote(tickmark.folder)}
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=test-authority
openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=127.0.0.1
printf 'subjectAltName=IP:127.0.0.1\\nbasicConstraints=CA:FALSE\\n' > leaf.ext
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -days 2 -extfile leaf.ext"""
    made = subprocess.run(["bash", "-c", make], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    must(made.returncode == 0, made.stderr)
    github = standins.GitHub(TOKEN)
    github.speak_tls(tickmark.path("leaf.pem"), tickmark.path("leaf.key"))
    collect = ["collect", "github", "acme/models", "--api", github.uri, "--token-env", "TICKMARK_TRY_TOKEN", "--retries", "0"]
    _, err = tickmark.call(*collect, "--output", "tls-1", code=2)
    must("UnknownIssuer" in err or "certificate" in err, err)
    must(not github.asked, "nothing is asked of a server that nobody vouches for")
    tickmark.call(*collect, "--ca-file", "ca.pem", "--output", "tls-2", code=2 if github.busy else 0)
    tickmark.call(*collect, "--ca-file", "ca.pem", "--output", "tls-2", code=0)
    tickmark.call(*collect, "--ca-file", "ca.key", "--output", "tls-3", code=2)
    github.close()


def try_kubernetes(tickmark):
    kubectl = standins.kubectl(tickmark.folder)
    collect = ["collect", "kubernetes", "--program", kubectl, "--output", "cluster"]
    with open(kubectl + ".forbidden", "w") as file:
        file.write("pods roles.rbac.authorization.k8s.io")
    _, err = tickmark.call(*collect, code=2)
    must("forbidden" in err and not tickmark.collection("cluster")["complete"], err)
    os.remove(kubectl + ".forbidden")
    os.remove(kubectl + ".log")
    tickmark.call(*collect, code=0)
    with open(kubectl + ".log") as file:
        asked = [line.split()[3] for line in file if " get " in line]
    must(sorted(asked) == ["inferenceservices.serving.kserve.io", "pods", "roles.rbac.authorization.k8s.io"], f"{asked}")
    must(tickmark.digests_are_true("cluster")["complete"] and "secrets" not in asked, "it is whole")
    out, err = tickmark.call("check", "cluster", "--pack", "kubernetes", "--format", "json", code=1)
    privileged = {subject for control, subject in failures(json.loads(out)) if "miner" in subject and "web" not in subject}
    both = {control for control, subject in failures(json.loads(out)) if "web" in subject}
    only = {control for control, subject in failures(json.loads(out)) if "miner" in subject} - both
    must(privileged and len(only) == 1, f"one control finds what is wrong with one of the two: {only}")
    return f"Kubernetes: a stand-in for kubectl; {only.pop()} finds the privileged one"


def try_aws(tickmark, programs):
    port = standins.free_port()
    endpoint = f"http://127.0.0.1:{port}"
    secret = "tmk" + TOKEN[4:40]
    env = dict(os.environ, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY=secret, AWS_DEFAULT_REGION="eu-west-1")
    tickmark.env.update(env)
    aws = os.path.join(programs, "aws")
    with server([os.path.join(programs, "moto_server"), "-H", "127.0.0.1", "-p", str(port)], endpoint + "/moto-api/", log=tickmark.path("moto.log")):
        fill = [os.path.join(programs, "python"), os.path.join(HERE, "fill_moto.py"), endpoint]
        filled = subprocess.run(fill, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        must(filled.returncode == 0, filled.stderr)
        collect = ["collect", "aws", "--program", aws, "--region", "eu-west-1", "--endpoint-url", endpoint, "--output", "aws"]
        out, err = tickmark.call(*collect)
        collection = tickmark.digests_are_true("aws")
        # moto does not know every call; what it lacks is missing by name, and nothing else is.
        must(all("AccessDenied" not in missing for missing in collection["missing"]), f"{collection['missing']}")
        files = {entry["path"]: entry for entry in collection["files"]}
        with open(tickmark.path("aws", "iam", "get-account-authorization-details.json")) as file:
            details = json.load(file)
        must(len(details["UserDetailList"]) == 7 and files["iam/get-account-authorization-details.json"]["complete"], "all users are there")
        bucket = json.load(open(tickmark.path("aws", "s3", "buckets", "plain.json")))
        must(bucket["GetBucketPolicy"]["__error__"]["Code"] == "NoSuchBucketPolicy" and bucket["GetBucketVersioning"] == {}, f"{bucket}")
        versioned = json.load(open(tickmark.path("aws", "s3", "buckets", "versioned.json")))
        must(versioned["GetBucketVersioning"]["Status"] == "Enabled", f"{versioned}")
        packages = [path for path in files if path.startswith("sagemaker/model-packages/")]
        must(len(packages) == 2, f"{sorted(files)}")
        for root, _, names in os.walk(tickmark.path("aws")):
            for name in names:
                with open(os.path.join(root, name)) as file:
                    must(secret not in file.read(), f"the secret key is in {name}")
        # What an importer makes of them.
        out, _ = tickmark.call("facts", "aws", code=0)
        missing = len(collection["missing"])
    # Nobody is there any more.
    tickmark.call("collect", "aws", "--program", aws, "--region", "eu-west-1", "--endpoint-url", endpoint, "--retries", "0", "--output", "aws-2", code=2)
    _, err = tickmark.call("collect", "aws", "--program", "no-such-command", "--output", "aws-3", code=2)
    must("there is no command" in err, err)
    return f"AWS: {len(files)} files by the aws command from moto ({missing} calls it does not know)"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickmark", required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    tries = {
        "github": (try_github, None),
        "kubernetes": (try_kubernetes, None),
        "mlflow": (try_mlflow, "TICKMARK_MLFLOW"),
        "aws": (try_aws, "TICKMARK_MOTO"),
    }
    for name, (attempt, variable) in tries.items():
        if arguments.only not in ("", name):
            continue
        if variable and not os.environ.get(variable):
            print(f"skipped {name}: {variable} does not name its programs")
            continue
        with tempfile.TemporaryDirectory() as folder:
            tickmark = Tickmark(arguments.tickmark, folder)
            try:
                more = (os.path.realpath(os.environ[variable]),) if variable else ()
                print(attempt(tickmark, *more), flush=True)
            except Failed as why:
                print(f"{name}: {why}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
