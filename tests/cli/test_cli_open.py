"""``fabula open``: the address on standard output, the end by Ctrl-C, and one clear line where there is nothing to open."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from reader_client import read_to

from cli_runner import Program


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal")
def test_the_reader_is_at_the_address_that_is_printed_until_it_is_interrupted(tmp_path: Path) -> None:
    file = read_to(tmp_path)
    command = [sys.executable, "-m", "fabula", "open", str(file), "--no-browser", "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert "Ruth sat down beside Paul." in opener.open(address, timeout=30).read().decode()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address.split("?")[0], timeout=30)
        refused.value.close()
        assert refused.value.code == 403
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_folder_without_worlds_is_told_with_what_to_do(fabula: Program, tmp_path: Path) -> None:
    ran = fabula("open", tmp_path, "--no-browser")
    assert ran.status != 0
    assert "no Worlds in" in ran.err and "fabula read" in ran.err


def test_a_port_that_is_taken_is_told(fabula: Program, tmp_path: Path) -> None:
    file = read_to(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = fabula("open", file, "--no-browser", "--port", str(port))
    assert ran.status != 0
    assert f"cannot listen on port {port}" in ran.err
