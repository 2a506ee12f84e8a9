# Documents, and packages of what is installed: cpack -G "DEB;RPM;TGZ". Each is for the Wireshark that it was built with.
# SPDX-License-Identifier: GPL-2.0-or-later
include(GNUInstallDirs)
set(wireshark ${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION})

install(FILES README.md CHANGELOG.md LICENSE packaging/debian/copyright TYPE DOC COMPONENT docs)
install(DIRECTORY docs TYPE DOC COMPONENT docs FILES_MATCHING PATTERN *.md PATTERN *.json
        PATTERN images EXCLUDE)
install(FILES captures/client_cert_missing/batch_client_has_none.pcapng DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
        COMPONENT docs RENAME sample.pcapng)
if(UNIX AND NOT APPLE)
    configure_file(packaging/tlsdiag.metainfo.xml.in org.wireshark.Wireshark.tlsdiag.metainfo.xml @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/org.wireshark.Wireshark.tlsdiag.metainfo.xml
            DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT docs)
endif()

set(CPACK_PACKAGE_VENDOR "The tlsdiag project")
set(CPACK_PACKAGE_CONTACT "The tlsdiag project <maintainers@tlsdiag.example>" CACHE STRING "Maintainer of the packages")
set(CPACK_PACKAGE_DESCRIPTION_FILE ${PROJECT_SOURCE_DIR}/packaging/description.txt)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_MONOLITHIC_INSTALL ON)
set(system ${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION}-wireshark${wireshark}-${system})
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/packaging/generators.cmake)
set(CPACK_TLSDIAG_PACKAGING ${PROJECT_SOURCE_DIR}/packaging)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# One version of Wireshark has one name of libwireshark: where it is another one, the package is refused.
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1+ws${wireshark})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tshark | wireshark, python3:any")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE 1.ws${wireshark})
set(CPACK_RPM_PACKAGE_LICENSE GPL-2.0-or-later)
set(plugins /usr/${Wireshark_PLUGIN_LIBDIR})
while(NOT plugins STREQUAL /usr) # folders that are other packages'
    list(APPEND CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION ${plugins})
    cmake_path(GET plugins PARENT_PATH plugins)
endwhile()
set(CPACK_RPM_PACKAGE_REQUIRES "wireshark-cli, python3")
include(CPack)
