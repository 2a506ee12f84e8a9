# What one kind of package has and the others have not; cpack reads this before it makes each.
# SPDX-License-Identifier: GPL-2.0-or-later
if(CPACK_GENERATOR STREQUAL DEB)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_PRE_BUILD_SCRIPTS ${CPACK_TLSDIAG_PACKAGING}/debian/documents.cmake)
elseif(CPACK_GENERATOR STREQUAL RPM)
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
elseif(CPACK_GENERATOR MATCHES "TGZ|ZIP")
    set(CPACK_PRE_BUILD_SCRIPTS ${CPACK_TLSDIAG_PACKAGING}/archive/scripts.cmake)
endif()
