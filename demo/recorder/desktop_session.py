"""Starts what a bare desktop needs: display, message bus, accessibility, window manager."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from demo.recorder.errors import RecordingFailed

WALLPAPER = "#40566b"
SETTINGS = """[Settings]
gtk-theme-name=Adwaita
gtk-icon-theme-name=Adwaita
gtk-font-name=Noto Sans 10
gtk-cursor-blink=0
gtk-enable-animations=0
gtk-xft-antialias=1
gtk-xft-hinting=1
gtk-xft-hintstyle=hintslight
gtk-recent-files-enabled=0
"""
FILE_MANAGER = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="thunar" version="1.0">
  <property name="last-view" type="string" value="ThunarDetailsView"/>
  <property name="last-location-bar" type="string" value="ThunarLocationButtons"/>
  <property name="last-details-view-column-order" type="string"
    value="THUNAR_COLUMN_NAME,THUNAR_COLUMN_TYPE,THUNAR_COLUMN_SIZE"/>
  <property name="last-details-view-visible-columns" type="string"
    value="THUNAR_COLUMN_NAME,THUNAR_COLUMN_TYPE"/>
  <property name="last-details-view-fixed-columns" type="bool" value="true"/>
  <property name="last-details-view-column-widths" type="string"
    value="50,50,50,50,50,50,50,50,400,50,50,50,50,180"/>
  <property name="last-details-view-zoom-level" type="string" value="THUNAR_ZOOM_LEVEL_50_PERCENT"/>
  <property name="last-statusbar-visible" type="bool" value="false"/>
</channel>
"""
PREFERENCES = (
    ("org.gnome.desktop.interface", "toolkit-accessibility", "true"),
    ("org.xfce.mousepad.preferences.window", "path-in-title", "false"),
    ("org.xfce.mousepad.preferences.window", "statusbar-visible", "true"),
    ("org.xfce.mousepad.preferences.view", "use-default-monospace-font", "false"),
    ("org.xfce.mousepad.preferences.view", "font-name", "'DejaVu Sans Mono 12'"),
)
WINDOW_STYLE = """<openbox_config xmlns="http://openbox.org/3.4/rc">
<theme><name>Breeze-ob</name><titleLayout>LC</titleLayout>
<font place="ActiveWindow"><name>Noto Sans</name><size>10</size><weight>Bold</weight></font>
<font place="InactiveWindow"><name>Noto Sans</name><size>10</size></font></theme>
<desktops><number>1</number></desktops>
</openbox_config>
"""
FOLDERS = """XDG_DESKTOP_DIR="$HOME/Desktop"
XDG_DOCUMENTS_DIR="$HOME/Documents"
"""
A11Y_LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
NOBODY, NOGROUP = "nobody", "nogroup"


def furnish(home: Path, files: Mapping[str, str]) -> None:
    """A home folder with a calm look and the story's own files."""
    configuration = {
        ".config/gtk-3.0/settings.ini": SETTINGS,
        ".config/openbox/rc.xml": WINDOW_STYLE,
        ".config/user-dirs.dirs": FOLDERS,
        ".config/xfce4/xfconf/xfce-perchannel-xml/thunar.xml": FILE_MANAGER,
    }
    (home / "Documents").mkdir(parents=True)
    (home / ".runtime").mkdir(mode=0o700)
    for name, text in {**configuration, **files}.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if is_root():
        home.parent.chmod(0o711)
        for path in (home, *home.rglob("*")):
            shutil.chown(path, NOBODY, NOGROUP)


def is_root() -> bool:
    """Whether programs have to be started as somebody else: as root they show warnings."""
    return os.geteuid() == 0


def as_user(command: Sequence[str]) -> list[str]:
    """The command, run without privileges even where the recorder has them."""
    drop = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOGROUP}", "--clear-groups", "--")
    return [*drop, *command] if is_root() else [*command]


def session_environment(home: Path, running: ExitStack, *, size: str) -> dict[str, str]:
    """Start the session's servers; they stop when `running` closes."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / ".runtime"),
        "LANG": "C.UTF-8",
        "GTK_MODULES": "gail:atk-bridge",
        "NO_AT_BRIDGE": "0",
        "GTK_OVERLAY_SCROLLING": "0",
        "GSETTINGS_BACKEND": "keyfile",
        "GIO_USE_VFS": "local",
    }
    environment["DISPLAY"] = running.enter_context(_display(size, environment))
    bus = running.enter_context(_bus(environment))
    environment["DBUS_SESSION_BUS_ADDRESS"] = bus
    for preference in PREFERENCES:
        subprocess.run(as_user(("gsettings", "set", *preference)), env=environment, check=True)
    running.enter_context(service((A11Y_LAUNCHER, "--launch-immediately"), environment))
    running.enter_context(service(("openbox",), environment))
    return environment


@contextmanager
def _display(size: str, environment: dict[str, str]) -> Iterator[str]:
    """An X server that picks a free display itself; yields its name."""
    reading, writing = os.pipe()
    options = ("-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset")
    command = ("Xvfb", "-displayfd", str(writing), *options)
    with service(command, environment, pass_fds=(writing,)):
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise RecordingFailed("Xvfb did not start")
        yield f":{number}"


@contextmanager
def _bus(environment: dict[str, str]) -> Iterator[str]:
    """A session message bus of its own; yields its address."""
    command = ("dbus-daemon", "--session", "--nofork", "--print-address=1")
    with subprocess.Popen(
        as_user(command),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            if process.stdout is None:
                raise RecordingFailed("dbus-daemon gave no address")
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@contextmanager
def service(
    command: tuple[str, ...], environment: dict[str, str], pass_fds: tuple[int, ...] = ()
) -> Iterator[None]:
    """A program that runs until the end of the block."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        as_user(command),
        env=environment,
        cwd=environment["HOME"],
        stdout=quiet,
        stderr=quiet,
        pass_fds=pass_fds,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
