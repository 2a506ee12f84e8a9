# SPDX-License-Identifier: GPL-2.0-or-later
"""The command tlsdiag: it runs tshark with the plugin on captures and never reads a packet itself."""


class Refusal(Exception):
    """A request that cannot be met. Its one line says what to do."""
