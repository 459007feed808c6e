"""Ways to colleges, the address of the ledger and the mail server, as they are read."""

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.library import load_library
from pipeline.load.records import read_list
from pipeline.model.source.college import Channels, DeliverySettings
from tests.support.project import IMPRINT

COLLEGE = "south:\n  name: South Tor\n  type: university\n  channels:\n"


def of_college(lines: str) -> list[str]:
    """Remarks on the channels of a college."""
    diagnostics = Diagnostics()
    read_list("colleges", "source/colleges.yaml", f"{COLLEGE}{lines}".encode(), diagnostics)
    return [str(remark).splitlines()[0] for remark in diagnostics.remarks]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("    post: true\n", "source/colleges.yaml:5:11: error value-wrong: 'true' is not a postal address."),
        (
            "    printer: true\n",
            "source/colleges.yaml:5:14: error value-wrong: 'true' is not the address of a mailbox.",
        ),
        ("    fax: 01632 960001\n", "source/colleges.yaml:5:5: error unknown-key: "),
        ("    mail: South Tor\n", "source/colleges.yaml:5:11: error value-wrong: 'South Tor' is not the address of a"),
        ("    mail: a@b.example\n    folder: ../south\n", "source/colleges.yaml:6:5: error value-wrong: Files go one"),
        (
            "    post: Hill Road\n    printer: p@press.example\n",
            "source/colleges.yaml:6:5: error value-wrong: Printed copies go one",
        ),
    ],
)
def test_a_way_that_is_none_is_told_at_its_line(lines: str, said: str) -> None:
    (remark,) = of_college(lines)
    assert remark.startswith(said)


@pytest.mark.parametrize("channel", Channels.model_fields)
@pytest.mark.parametrize("value", ["true", "No", "24", "null", "'~'", "[]", "''"])
def test_a_value_that_is_no_address_is_refused_on_every_channel(channel: str, value: str) -> None:
    remarks = of_college(f"    {channel}: {value}\n")
    if value == "null" or (channel, value) == ("folder", "24"):
        assert remarks == []  # a key without a value is as good as not written
    else:
        (remark,) = remarks
        assert remark.startswith(f"source/colleges.yaml:5:{7 + len(channel)}: error value-wrong: ")


@pytest.mark.parametrize("lines", ["    post: {}\n", "    folder: in\n  delivery: {}\n"])
@pytest.mark.parametrize("value", ["Fellbrook", "12 34", "a unit@fellbrook.example", "see https://fellbrook.example"])
def test_a_postal_address_has_words_and_is_no_mailbox(lines: str, value: str) -> None:
    (remark,) = of_college(lines.format(value))
    assert f"'{value}' is not a postal address." in remark


@pytest.mark.parametrize(
    "address", ["postgresql://briefings:pl4nted@db.example/b", "postgresql://db.example/b?user=a&password=pl4nted"]
)
def test_a_password_in_the_file_is_refused_and_not_repeated(address: str) -> None:
    _, remarks = load_library({"source/library.yaml": f"{IMPRINT}ledger: {address}\n".encode()})
    (remark,) = [str(one) for one in remarks if one.code == "value-wrong"]
    assert "BRIEFINGS_LEDGER_PASSWORD" in remark
    assert "pl4nted" not in remark


@pytest.mark.parametrize("key", ["host", "hostaddr", "passfile", "service", "sslrootcert"])
def test_a_ledger_leads_to_no_other_host(key: str) -> None:
    """PostgreSQL would take it from what follows the name of the database."""
    address = f"postgresql://db.example/b?connect_timeout=5&{key}=evil.example"
    _, remarks = load_library({"source/library.yaml": f"{IMPRINT}ledger: {address}\n".encode()})
    (remark,) = [str(one) for one in remarks if one.code == "value-wrong"]
    assert f"must not set '{key}'" in remark


@pytest.mark.parametrize("address", ["sqlite:///a.db", "postgresql://db.example", "../ledger"])
def test_a_ledger_is_of_postgresql(address: str) -> None:
    _, remarks = load_library({"source/library.yaml": f"{IMPRINT}ledger: {address}\n".encode()})
    assert [one.code for one in remarks if one.place.path == "source/library.yaml"] == ["value-wrong"]


def test_a_ledger_has_a_user_a_port_and_settings() -> None:
    address = "postgresql://briefings@db.example:5433/briefings?sslmode=verify-full"
    library, remarks = load_library({"source/library.yaml": f"{IMPRINT}ledger: {address}\n".encode()})
    assert (library.imprint.fields.of(DeliverySettings).ledger, remarks) == (address, ())
