# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures about stapled OCSP responses, and about their absence."""
import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ReasonFlags, ocsp

from certificates import HOST, PORT, authorities, visit
from lab import DAY, case, gnutls_client, openssl_server, recording


def response(lab, leaf, issuing, status=ocsp.OCSPCertStatus.GOOD, days=(-1, 6), signer=None):
    """The OCSP response of the issuer (or `signer`) for the leaf."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
    revoked = status == ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=leaf.certificate, issuer=issuing.certificate, algorithm=hashes.SHA1(), cert_status=status,
        this_update=now + days[0] * DAY, next_update=now + days[1] * DAY,
        revocation_time=now - 3 * DAY if revoked else None,
        revocation_reason=ReasonFlags.key_compromise if revoked else None)
    signer = signer or issuing
    signed = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, signer.certificate).sign(signer.key, hashes.SHA256())
    return lab.file("staple.der", signed.public_bytes(serialization.Encoding.DER))


def ask_and_check(root_file):
    gnutls_client(PORT, HOST, root_file, "NORMAL:-VERS-TLS1.3")


def exchange(lab, name, must_staple=False, staple=None, client=ask_and_check, keylog=None):
    """`staple(lab, leaf, issuing)` is the file that the server staples."""
    root, issuing = authorities(lab)
    leaf = lab.server(issuing, HOST, must_staple=must_staple)
    status = ["-status_file", staple(lab, leaf, issuing)] if staple else []
    with recording(name, PORT, keylog=keylog), openssl_server(PORT, leaf, "-www", *status, chain=[issuing]):
        client(lab.bundle("root.pem", root))


def revoked(lab, leaf, issuing):
    return response(lab, leaf, issuing, ocsp.OCSPCertStatus.REVOKED)


@case("ocsp_revoked/gnutls_refuses_it")
def gnutls_refuses_it(lab, name):
    exchange(lab, name, staple=revoked)


@case("ocsp_revoked/openssl_asks_and_goes_on")
def openssl_asks_and_goes_on(lab, name):
    """s_client shows the status and does not judge it. TLS 1.3: the staple is in the Certificate message."""
    keylog = lab.folder / "keys"
    exchange(lab, name, staple=revoked, keylog=keylog,
             client=lambda root: visit(PORT, root, "-status", "-keylogfile", keylog, version="-tls1_3"))


@case("ocsp_revoked/another_certificate_is")
def another_certificate_is(lab, name):
    """The staple is for the previous certificate, which is revoked."""
    exchange(lab, name, staple=lambda lab, leaf, issuing: revoked(lab, lab.server(issuing, HOST), issuing))


@case("ocsp_staple_bad/ten_days_old")
def ten_days_old(lab, name):
    exchange(lab, name, staple=lambda lab, leaf, issuing: response(lab, leaf, issuing, days=(-10, -3)))


@case("ocsp_staple_bad/signed_with_another_key")
def signed_with_another_key(lab, name):
    """Signed by another CA with the issuer's name."""
    def staple(lab, leaf, issuing):
        return response(lab, leaf, issuing, signer=lab.root("Test Example Server CA 1"))
    exchange(lab, name, staple=staple)


@case("ocsp_staple_bad/last_day")
def last_day(lab, name):
    exchange(lab, name, staple=lambda lab, leaf, issuing: response(lab, leaf, issuing, days=(-6, 1)))


@case("must_staple_missing/gnutls_insists")
def gnutls_insists(lab, name):
    exchange(lab, name, must_staple=True)


@case("must_staple_missing/stapled_as_promised")
def stapled_as_promised(lab, name):
    exchange(lab, name, must_staple=True, staple=response)


@case("must_staple_missing/client_does_not_ask")
def client_does_not_ask(lab, name):
    exchange(lab, name, must_staple=True, client=lambda root: visit(PORT, root))
