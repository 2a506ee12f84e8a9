# The tests that run tshark, with the Wireshark of other Debian suites: 4.4 and 4.6.
# SPDX-License-Identifier: GPL-2.0-or-later
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)

foreach(suite trixie sid)
    add_test(NAME release/${suite}
        COMMAND ${CMAKE_COMMAND} -E env TLSDIAG_CORE=$<TARGET_FILE:tlsdiag_core>
                ${CMAKE_CURRENT_SOURCE_DIR}/releases/run.sh ${suite} ${PROJECT_BINARY_DIR}/releases/${suite})
    set_tests_properties(release/${suite} PROPERTIES
        LABELS release SKIP_RETURN_CODE 77 PROCESSORS ${cores} TIMEOUT 1800)
endforeach()

add_test(NAME versions COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/releases/versions_test.sh)

add_test(NAME upstream_checks COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/releases/upstream_test.sh)
set_tests_properties(upstream_checks PROPERTIES LABELS release SKIP_RETURN_CODE 77 TIMEOUT 600)

# The packages that cpack makes, installed in a minimal Debian.
add_test(NAME package/build
    COMMAND ${CMAKE_CPACK_COMMAND} -G "DEB;TGZ;RPM" -B ${PROJECT_BINARY_DIR}/packages
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
add_test(NAME package/use
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/releases/package_test.sh ${PROJECT_BINARY_DIR}/packages)
set_tests_properties(package/build PROPERTIES LABELS release FIXTURES_SETUP packages COST 300 TIMEOUT 600)
set_tests_properties(package/use PROPERTIES
    LABELS release FIXTURES_REQUIRED packages SKIP_RETURN_CODE 77 COST 200 TIMEOUT 1200)
