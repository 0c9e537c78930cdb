"""python3 versions.py [--from FOLDER]: the plug-in in supervisor 3.0 to 4.x, each under a Python of its time.

Installs each version once from the package index, into a cache; or finds it unpacked in FOLDER/VERSION. A version for which there is no Python here, or that
cannot be had, is skipped and says why. The last line reads "N passed, N failed, N skipped".
"""

import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(HERE), HERE]

from host import eventually, free_port  # noqa: E402
from peer import Peer  # noqa: E402

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "multivisor-plugin-tests")

#: supervisor, and the Pythons to be tried for it.
VERSIONS = [
    ("3.0b2", ("2.7",)), ("3.0", ("2.7",)), ("3.2.4", ("2.7",)), ("3.3.5", ("2.7",)), ("3.4.0", ("2.7",)), ("4.0.4", ("2.7", "3.6")), ("4.2.2", ("3.6", "3.7", "3.8")),
    ("4.2.5", ("3.8", "3.9", "3.10")), ("4.3.0", ("3.13", "3.12", "3.11")), ("4.4.0.dev0", ("3.13", "3.12")),
]

FOLDER = sys.argv[2] if sys.argv[1:2] == ["--from"] else None

CONFIG = """
[supervisord]
identifier=old
logfile={dir}/supervisord.log
pidfile={dir}/supervisord.pid
childlogdir={dir}
nodaemon=true
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[inet_http_server]
port=127.0.0.1:{http}
[unix_http_server]
file={dir}/s.sock
[rpcinterface:multivisor]
supervisor.rpcinterface_factory=multivisor.rpc:make_rpc_interface
bind=127.0.0.1:{port}
[program:cat]
command=/bin/cat
startsecs=0
stdout_logfile={dir}/cat.log
stderr_logfile=NONE
[program:stubborn]
command=/bin/sh -c "trap '' TERM; while :; do sleep 0.1; done"
startsecs=0
stopwaitsecs=1
stdout_logfile=NONE
stderr_logfile=NONE
"""


class Unavailable(Exception):
    pass


def python(wanted):
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for version in wanted:
        # What pyenv puts on PATH may say only that it is not chosen.
        for found in [shutil.which("python" + version)] + sorted(glob.glob(os.path.join(root, "versions", version + ".*", "bin", "python"))):
            if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
                return found, version
    raise Unavailable("no Python %s here" % " or ".join(wanted))


def installed(version, program, of):
    if FOLDER is not None:
        found = os.path.join(FOLDER, version)
        if not os.path.isdir(found):
            raise Unavailable("%s is not there" % found)
        return found
    target = os.path.join(CACHE, "supervisor-%s-python-%s" % (version, of))
    if not os.path.isdir(target):
        fresh = target + ".%d" % os.getpid()
        # Versions before 4.3 ask for pkg_resources, which new setuptools no longer have.
        wanted = ["supervisor==" + version] + (["setuptools<80"] if of != "2.7" else ["setuptools<45", "meld3==1.0.2"])
        try:
            done = subprocess.run([program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", fresh] + wanted,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=150)
        except subprocess.TimeoutExpired:
            raise Unavailable("the package index does not answer")
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Unavailable("it cannot be installed: " + (done.stdout.decode("utf-8", "replace").strip().splitlines() or ["?"])[-1])
        os.rename(fresh, target)
    return target


def check(version, wanted):
    program, of = python(wanted)
    packages = installed(version, program, of)
    folder = tempfile.mkdtemp(prefix="mvv-")
    port = free_port()
    with open(os.path.join(folder, "s.conf"), "w") as file:
        file.write(CONFIG.format(dir=folder, port=port, http=free_port()))
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join((packages, os.path.dirname(HERE))), PYTHONDONTWRITEBYTECODE="1")
    out = open(os.path.join(folder, "out"), "w")
    running = subprocess.Popen([program, "-c", "from supervisor.supervisord import main; main()", "-n", "-c", os.path.join(folder, "s.conf")],
                               stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment, cwd=folder)
    try:
        converse(version, port, folder, running)
    except Exception:
        with open(os.path.join(folder, "out")) as file:
            sys.stderr.write(file.read())
        raise
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
        out.close()
        shutil.rmtree(folder, ignore_errors=True)


def converse(version, port, folder, running):
    """What every version must do: state, errors, events with what came of them, calls that wait, logs, a restart."""
    peer = eventually(lambda: Peer(port)).greet()
    assert peer.call("getSupervisorVersion") == version, peer.call("getSupervisorVersion")
    assert peer.call("multivisor_agent")["program"] == "multivisor-plugin"
    assert eventually(lambda: all(p["statename"] == "RUNNING" for p in peer.call("getAllProcessInfo")))
    assert peer.error("getProcessInfo", "zz") == ("RPCError", "code=10, text='BAD_NAME: zz'")
    stream = peer.stream("event_stream")
    stream.next()
    other = Peer(port).greet()
    assert other.call("stopProcess", "cat") is True
    stopped = stream.until(lambda item: item["eventname"] == "PROCESS_STATE_STOPPED")
    assert stopped["payload"]["processname"] == "cat" and stopped["payload"]["process"]["statename"] == "STOPPED", stopped
    assert other.call("startProcess", "cat") is True
    log = Peer(port).greet().stream("log_follow", "cat", "stdout", {"lines": 10})
    assert log.next()["item"] == "file"
    if "sendProcessStdin" in other.call("_zerorpc_list"):
        other.call("sendProcessStdin", "cat", u"gr\xfcn\n")
        assert log.until(lambda item: item["item"] == "data")["data"].octets == u"gr\xfcn\n".encode("utf-8")
    begun = time.time()
    assert other.call("stopProcess", "stubborn") is True
    assert time.time() - begun > 0.9
    before = descriptors(running.pid)
    for _ in range(3):
        other.call("restart")
        assert other.is_closed()
        other = eventually(lambda: Peer(port)).greet()
        assert other.call("getPID") == running.pid
    other.close()
    peer.close()
    assert eventually(lambda: descriptors(running.pid) <= before), (descriptors(running.pid), before)



def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def main():
    results = {}

    def run(version, wanted):
        try:
            check(version, wanted)
            results[version] = "passed"
        except Unavailable as reason:
            results[version] = "skipped: %s" % reason
        except Exception as error:
            import traceback

            sys.stderr.write("supervisor %s:\n%s" % (version, traceback.format_exc()))
            results[version] = "failed: %s %s" % (type(error).__name__, error)

    threads = [threading.Thread(target=run, args=one) for one in VERSIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for version, _ in VERSIONS:
        print("   supervisor %s: %s" % (version, results[version]))
    counts = [sum(text.startswith(kind) for text in results.values()) for kind in ("passed", "failed", "skipped")]
    print("%d passed, %d failed, %d skipped" % tuple(counts))
    return 1 if counts[1] else 0


if __name__ == "__main__":
    sys.exit(main())
