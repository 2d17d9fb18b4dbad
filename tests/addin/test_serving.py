"""`apportion serve` and `apportion manifest`: what they start, say and refuse; and the certificate that is made."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import socket
import ssl
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from typer.testing import CliRunner

from apportion.errors import ApportionError
from apportion_addin import certificate
from apportion_addin.certificate import local_certificate
from apportion_addin.cli import MissingPackages, app, data_folder
from apportion_addin.listening import listen
from apportion_addin.site import BadSite, Site
from tools.served import FUNCTION_CALL, JSON, Served, call, program, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime(2027, 1, 5, 12, tzinfo=dt.UTC)
TOKEN = "a-token-of-this-test"  # noqa: S105
LOCAL = ("localhost", "127.0.0.1", "::1")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("server")) as running:
        yield running


def names_reached() -> list[str]:
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return list(LOCAL)
    return list(LOCAL[:2])


# --- a server as it starts by itself: TLS, on this computer only ---


@pytest.mark.parametrize("name", names_reached())
def test_who_trusts_its_authority_is_served_over_tls(server: Served, name: str) -> None:
    """The connection verifies the certificate against the authority's file and nothing else, and the name with it."""
    answer = server.ask("POST", FUNCTION_CALL, call("FTE", 636, 300, "half up", 0.1), JSON, name=name)
    assert (answer.status, answer.text) == (200, '{"result":[[2.1]]}')


def test_who_does_not_trust_it_is_not_served(server: Served) -> None:
    port = int(server.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_keys_are_for_nobody_else(server: Served) -> None:
    folder = server.authority.parent
    modes = {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}
    assert modes == {"authority-key.pem": "0o600", "server.pem": "0o600", "apportion-authority.crt": "0o644"}
    assert b"PRIVATE" not in server.authority.read_bytes()


def test_it_says_how_to_go_on(server: Served) -> None:
    assert f"served at {server.address}" in server.said
    assert f"apportion manifest --address {server.address} --out apportion.xml" in server.said
    assert f'Windows: certutil -user -addstore Root "{server.authority}"' in server.said
    assert "Mac:     security add-trusted-cert" in server.said
    assert "Token: none" in server.said


def test_its_own_manifest_names_it(server: Served) -> None:
    answer = server.ask("GET", "/manifest/download")
    assert f'"{server.address}/taskpane.html"' in answer.text
    assert answer.headers["Content-Disposition"] == "attachment; filename=apportion.xml"


def test_its_start_page_is_a_sentence(server: Served) -> None:
    assert server.ask("GET", "/").text.startswith(f"Apportion is running at {server.address}.")


def test_its_help_names_every_function_and_command(server: Served) -> None:
    page = server.ask("GET", "/help.html").text
    assert "FTE" in page
    assert "Allocate" in page


def test_a_port_in_use_is_one_sentence_and_a_usage_error(server: Served, tmp_path: Path) -> None:
    port = server.address.rpartition(":")[2]
    done = subprocess.run(program("serve", "--port", port, "--data", str(tmp_path)), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert " ".join(done.stderr.split()).startswith(f"Port {port} of localhost is in use already")
    assert done.stdout == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_it_is_asked_to(tmp_path: Path, number: signal.Signals) -> None:
    with served(tmp_path, "--no-tls") as running:
        running.process.send_signal(number)
        said, _ = running.process.communicate(timeout=30)
        assert (running.process.returncode, said.strip()) == (0, "Stopped.")
        assert (tmp_path / "log").read_text() == ""


def test_without_tls_there_is_no_manifest_but_a_sentence(tmp_path: Path) -> None:
    with served(tmp_path, "--no-tls", "--host", "127.0.0.1") as running:
        answer = running.ask("GET", "/manifest.xml")
        assert answer.status == 404
        assert "is not encrypted" in answer.text
        assert list(tmp_path.iterdir()) == [tmp_path / "log"]


def test_a_given_certificate_is_used(tmp_path: Path) -> None:
    """Here one that another authority made, as a district's own would."""
    made = local_certificate(tmp_path / "other", LOCAL, dt.datetime.now(dt.UTC))
    content = made.server.read_text()
    cut = content.index("-----BEGIN CERTIFICATE")
    (tmp_path / "key.pem").write_text(content[:cut])
    (tmp_path / "cert.pem").write_text(content[cut:])
    with served(tmp_path, "--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")) as running:
        trusting = ssl.create_default_context(cafile=str(made.authority))
        port = int(running.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as plain:
            trusting.wrap_socket(plain, server_hostname="localhost").close()
        assert "authority" not in running.said


# --- what is refused before anything is served ---


def run(*arguments: str, **environment: str) -> Any:
    return CliRunner().invoke(app, [*arguments], env={"APPORTION_TOKEN": None, **environment})


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("--host", "budget.example.org"), "must ask for a token"),
    (("--host", "192.0.2.1", "--no-tls"), "must ask for a token"),
    (("--address", "https://budget.example.org"), "must ask for a token"),
    (("--host", "0.0.0.0", "--token", TOKEN), "0.0.0.0 means every address"),  # noqa: S104
    (("--host", "::", "--token", TOKEN), ":: means every address"),
    (("--token", "too-short"), "A token of 9 characters can be guessed"),
    (("--token", "with spaces in it, long"), "without spaces"),
    (("--token", "not-ascii-ä-0123456789"), "without spaces or accents"),
    (("--host", "a b"), "no name or address of a computer"),
    (("--host", "x.invalid", "--token", TOKEN), "There is no computer called x.invalid"),
    (("--host", "192.0.2.1", "--token", TOKEN), "192.0.2.1 is not an address of this computer"),
    (("--address", "http://budget.example.org", "--token", TOKEN), "is not encrypted"),
    (("--key", "k.pem"), "key was given without its certificate"),
    (("--cert", "c.pem", "--no-tls"), "together with --no-tls"),
    (("--cert", "nowhere.pem"), "There is no file nowhere.pem"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED)
def test_what_should_not_be_served_is_refused_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run("serve", "--port", "0", "--data", str(tmp_path), *arguments)
    assert isinstance(result.exception, ApportionError)
    assert words in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_token_may_come_from_the_environment(tmp_path: Path) -> None:
    result = run("serve", "--data", str(tmp_path), APPORTION_TOKEN="too-short")  # noqa: S106
    assert "A token of 9 characters" in str(result.exception)


def test_a_file_that_is_no_certificate_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "c.pem"
    file.write_text("hello")
    result = run("serve", "--port", "0", "--cert", str(file))
    assert f"{file} cannot be used: not a certificate with its key" in str(result.exception)


def test_without_its_packages_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if "xlwings" in name else name)
    for command in ("serve", "manifest"):
        result = run(command)
        assert isinstance(result.exception, MissingPackages)
        assert "xlwings, xlwings-server" in str(result.exception)
        assert 'pip install "apportion[addin]"' in str(result.exception)


def test_the_command_line_lists_both_without_loading_what_serves() -> None:
    code = (
        "import sys, contextlib, io\nfrom apportion.cli import app\nout = io.StringIO()\n"
        "with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):\n    app(['--help'])\n"
        "loaded = sorted({name.split('.')[0] for name in sys.modules} & {'xlwings', 'uvicorn', 'starlette', 'cryptography', 'jinja2', 'ssl', 'pandas'})\n"
        "print(loaded, 'serve ' in out.getvalue(), 'manifest ' in out.getvalue())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True True"


def test_the_manifest_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "apportion.xml"
    assert run("manifest", "--port", "9000", "--out", str(file)).exit_code == 0
    assert "https://localhost:9000/taskpane.html" in file.read_text(encoding="utf-8")
    assert run("manifest", "--port", "9000").stdout == file.read_text(encoding="utf-8")
    nowhere = run("manifest", "--out", str(tmp_path / "no" / "a.xml"))
    assert "cannot be written" in str(nowhere.exception)


def test_data_lies_where_the_system_wants_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "apportion"
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder() == tmp_path / ".local" / "share" / "apportion"


# --- where it is, and what it answers to ---


def test_a_server_behind_a_proxy_answers_to_both_names() -> None:
    site = Site("127.0.0.1", 8765, tls=False, address="https://Budget.Example.org/", token=TOKEN)
    assert site.public == "https://budget.example.org"
    assert site.names == {*LOCAL, "budget.example.org"}
    assert "https://budget.example.org" in site.origins
    assert "http://127.0.0.1:8765" in site.origins
    assert "http://budget.example.org" not in site.origins


def test_a_token_does_not_show_when_a_site_does() -> None:
    assert TOKEN not in repr(Site(token=TOKEN))


def test_localhost_is_listened_at_under_one_port_by_both_families() -> None:
    sockets = listen("localhost", 0)
    try:
        assert {each.getsockname()[0] for each in sockets} == set(names_reached()[1:])
        assert len({each.getsockname()[1] for each in sockets}) == 1
        with pytest.raises(BadSite, match="is in use already"):
            listen("127.0.0.1", sockets[0].getsockname()[1])
    finally:
        for each in sockets:
            each.close()


# --- the certificate ---


def loaded(file: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(file.read_bytes())


def verify(made: certificate.LocalCertificate, name: str, at: dt.datetime) -> None:
    (authority,) = loaded(made.authority)
    verifier = PolicyBuilder().store(Store([authority])).time(at).build_server_verifier(x509.DNSName(name))
    verifier.verify(loaded(made.server)[0], [])


def test_a_certificate_holds_for_its_names(tmp_path: Path) -> None:
    made = local_certificate(tmp_path, [*LOCAL, "Budget.example.org"], NOW)
    verify(made, "localhost", NOW)
    verify(made, "budget.example.org", NOW + dt.timedelta(days=819))
    with pytest.raises(VerificationError):
        verify(made, "example.org", NOW)


def test_it_is_kept_until_it_runs_out_and_then_renewed_by_the_same_authority(tmp_path: Path) -> None:
    first = local_certificate(tmp_path, LOCAL, NOW)
    before = first.server.read_bytes()
    again = local_certificate(tmp_path, LOCAL, NOW + dt.timedelta(days=729))
    assert (again.is_new, again.server.read_bytes() == before) == (False, True)
    trusted = first.authority.read_bytes()
    later = local_certificate(tmp_path, LOCAL, NOW + dt.timedelta(days=731))
    assert (later.is_new, later.authority.read_bytes() == trusted) == (False, True)
    assert later.until == NOW + dt.timedelta(days=731 + 820)
    verify(later, "localhost", NOW + dt.timedelta(days=1500))


def test_an_authority_that_runs_out_is_made_anew(tmp_path: Path) -> None:
    first = local_certificate(tmp_path, LOCAL, NOW)
    trusted = first.authority.read_bytes()
    last = local_certificate(tmp_path, LOCAL, NOW + dt.timedelta(days=3561))
    assert (last.is_new, last.authority.read_bytes() == trusted) == (True, False)
    verify(last, "localhost", NOW + dt.timedelta(days=3561 + 800))


def test_an_authority_vouches_for_no_name_that_it_was_not_made_for(tmp_path: Path) -> None:
    """Whoever steals its key and signs a bank's name with it is not believed."""
    made = local_certificate(tmp_path, LOCAL, NOW)
    stolen = certificate._read(tmp_path / "authority-key.pem")
    assert stolen is not None
    forged = certificate._new_server(stolen, ["bank.example"], NOW)
    (authority,) = loaded(made.authority)
    verifier = PolicyBuilder().store(Store([authority])).time(NOW).build_server_verifier(x509.DNSName("bank.example"))
    with pytest.raises(VerificationError, match="constraint"):
        verifier.verify(forged.certificate, [])


def test_a_further_name_needs_a_new_authority(tmp_path: Path) -> None:
    local_certificate(tmp_path, LOCAL, NOW)
    more = local_certificate(tmp_path, [*LOCAL, "budget.example.org"], NOW)
    assert more.is_new
    verify(more, "budget.example.org", NOW)
    fewer = local_certificate(tmp_path, LOCAL, NOW)
    assert not fewer.is_new


@pytest.mark.parametrize("damaged", ["authority-key.pem", "server.pem"])
@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", None])
def test_damaged_files_are_made_anew(tmp_path: Path, damaged: str, content: bytes | None) -> None:
    local_certificate(tmp_path, LOCAL, NOW)
    if content is None:
        (tmp_path / damaged).unlink()
    else:
        (tmp_path / damaged).write_bytes(content)
    verify(local_certificate(tmp_path, LOCAL, NOW), "localhost", NOW)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["apportion-authority.crt", "authority-key.pem", "server.pem"]
