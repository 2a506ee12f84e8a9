# Damaged captures through the real tshark, with the plugin under the sanitizers: their libraries come first, as tshark
# itself is built without them. SPDX-License-Identifier: GPL-2.0-or-later
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

set(preload)
foreach(library libasan.so libubsan.so)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${library} OUTPUT_VARIABLE path
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    list(APPEND preload ${path})
endforeach()
list(JOIN preload ":" preload)

add_test(NAME damaged
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/damage_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --preload ${preload} --keep ${PROJECT_BINARY_DIR})
set_tests_properties(damaged PROPERTIES LABELS capture RUN_SERIAL ON TIMEOUT 900)
