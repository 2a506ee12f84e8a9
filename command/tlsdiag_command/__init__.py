# SPDX-License-Identifier: GPL-2.0-or-later
"""The command tlsdiag: it runs tshark with the plugin over captures, and never looks into a packet itself."""


class Refusal(Exception):
    """What cannot be done as it was asked, in one line that says what to do."""
