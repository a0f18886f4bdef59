"""The project's sessions. `./noxw` runs them with nothing installed but python3; `nox` does the same."""

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = [
    "lint",
    "types",
    "imports",
    "unit",
    "policy",
    "properties",
    "requirements",
    "integration",
]
nox.options.error_on_missing_interpreters = True
# Every session shares the one locked environment, which uv keeps in `.venv`.
nox.options.default_venv_backend = "none"

ROOT = Path(__file__).parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
CODE = ("graph", "infra", "integration", "policies", "reports", "tests", "toolchain", "noxfile.py")


def _prepare(session: nox.Session) -> None:
    """Make `.venv` what uv.lock says, with the Python that is there. Tens of milliseconds where it already is."""
    if shutil.which("uv") is None:
        session.error(
            "uv is not on PATH. Use ./noxw, which brings it, or install it: https://docs.astral.sh/uv/"
        )
    first = not Path(PYTHON).exists()
    if first:
        session.log("installing the locked environment into .venv (once)")
    # Bytecode is compiled once, at installation: importing pulumi_aws costs seconds without it.
    options = ["--compile-bytecode"] if first else ["--quiet"]
    session.run(
        "uv",
        "sync",
        "--locked",
        *options,
        external=True,
        silent=not first,
        log=False,
        env={
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv"),
            "VIRTUAL_ENV": "",
        },
    )


def _python(session: nox.Session, *arguments: str) -> None:
    """Run the project's Python; its exit code is the session's.

    After Ctrl-C it has all the time it needs: a stack must be taken down, a state must be unlocked.
    """
    session.run(
        PYTHON,
        *arguments,
        external=True,
        log=False,
        interrupt_timeout=None,
        # Taken away where it is set: each of a session's processes would compile all it imports anew.
        env={"PYTHONDONTWRITEBYTECODE": None},
    )


def _pytest(session: nox.Session, *paths: str, workers: str = "2", dist: str = "load") -> None:
    """Run a suite over xdist's workers; a session's arguments replace its paths."""
    named = session.posargs or paths
    workers = os.environ.get("PLUMBLINE_TEST_WORKERS", workers)
    _python(session, "-m", "pytest", "-n", workers, "--dist", dist, *named)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the lock file."""
    _prepare(session)
    _python(session, "-m", "ruff", "check", *CODE)
    _python(session, "-m", "ruff", "format", "--check", *CODE)


@nox.session
def format(session: nox.Session) -> None:  # noqa: A001 - the name of the session is what people type
    """Mend style and formatting."""
    _prepare(session)
    _python(session, "-m", "ruff", "check", "--fix", *CODE)
    _python(session, "-m", "ruff", "format", *CODE)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, strictly, over tests and this file too."""
    _prepare(session)
    session.run(str(ROOT / ".venv/bin/basedpyright"), external=True, log=False)


@nox.session
def imports(session: nox.Session) -> None:
    """Check that imports run one way between the rooms."""
    _prepare(session)
    session.run(
        str(ROOT / ".venv/bin/lint-imports"),
        external=True,
        log=False,
        env={"PYTHONPATH": str(ROOT)},
    )


@nox.session
def unit(session: nox.Session) -> None:
    """Test configuration, plans, components, whole stacks, the graph and the toolchain, without the engine."""
    _prepare(session)
    # The goldens first: the longest single test is one of theirs, and must not begin last.
    _pytest(session, "tests/golden", "tests/unit")


@nox.session
def policy(session: nox.Session) -> None:
    """Test every rule with its fixtures through the real servicer."""
    _prepare(session)
    _pytest(session, "tests/policy")


@nox.session
def properties(session: nox.Session) -> None:
    """Build and judge 500 generated configurations, or see them refused; judge whole stacks by every way there is."""
    _prepare(session)
    # Many short tests and a few of a minute each: whoever has none left takes over the other's.
    _pytest(session, "tests/properties", dist="worksteal")


@nox.session
def mutation(session: nox.Session) -> None:
    """Break rules and profiles in every way, and see their tests notice; write the score to mutation.json."""
    _prepare(session)
    _python(session, "-m", "tests.mutation", *session.posargs)


@nox.session
def requirements(session: nox.Session) -> None:
    """Show which rule or test proves which statement of the specifications; an unproven one fails."""
    _prepare(session)
    _python(session, "-m", "reports", "requirements", *session.posargs)


@nox.session(name="policy-report")
def policy_report(session: nox.Session) -> None:
    """Judge stacks, or any exported state, and write SARIF, JUnit, JSON, CSV and HTML: `-- prod --out DIR`."""
    _prepare(session)
    _python(session, "-m", "toolchain", "policy-report", *session.posargs)


@nox.session
def checkov(session: nox.Session) -> None:
    """Judge stacks, Dockerfiles and workflows by checkov too: `-- prod dev`, `-- --all`, `--json`, `--out DIR`."""
    _prepare(session)
    _python(session, "-m", "toolchain", "checkov", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Write anew what is derived from the code: schema, configuration reference, goldens, requirements."""
    _prepare(session)
    _python(session, "-m", "infra.config.generate")
    _python(session, "-m", "tests.golden")
    _python(session, "-m", "policies.frameworks")
    _python(session, "-m", "tests.policy.pages")
    _python(session, "-m", "reports", "requirements", "--write")


@nox.session
def integration(session: nox.Session) -> None:
    """Bring up an ephemeral stack with the real engine, look at it, and take it down."""
    _prepare(session)
    _python(session, "-m", "toolchain", "tools")
    _pytest(session, "integration")


@nox.session
def preview(session: nox.Session) -> None:
    """Preview stacks under the policy pack: `-- dev prod --json`; `prod` where none is named."""
    _prepare(session)
    _python(session, "-m", "toolchain", "preview", *session.posargs)


@nox.session
def pulumi(session: nox.Session) -> None:
    """Pass arguments to the Pulumi CLI with backend, passphrase and provider set up."""
    _prepare(session)
    _python(session, "-m", "toolchain", "pulumi", *session.posargs)


@nox.session
def emulator(session: nox.Session) -> None:
    """Start, stop or ask for the AWS emulator of the offline target: `-- start|stop|status`."""
    _prepare(session)
    _python(session, "-m", "toolchain.emulator", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure previews with and without the pack, and write the figures to bench.json."""
    _prepare(session)
    _python(session, "-m", "toolchain", "bench", *session.posargs)
