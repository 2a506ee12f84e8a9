# Tests that run the real tshark with the plugin.
# SPDX-License-Identifier: GPL-2.0-or-later
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

add_test(NAME captures_complete COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/repository/captures_test.py)

add_test(NAME docs_examples
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/repository/docs_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            ${PROJECT_SOURCE_DIR}/docs/symptoms.md ${PROJECT_SOURCE_DIR}/docs/cookbook.md)
set_tests_properties(docs_examples PROPERTIES LABELS capture COST 100 TIMEOUT 300) # costly: begins first, so that no core waits

# The captures of a folder share one start of Python and sharkd.
file(GLOB expectations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/captures/*/*.expected.json)
set(folders ${expectations})
list(TRANSFORM folders REPLACE "/[^/]+$" "")
list(REMOVE_DUPLICATES folders)
foreach(folder IN LISTS folders)
    cmake_path(GET folder FILENAME diagnosis)
    set(cases ${expectations})
    list(FILTER cases INCLUDE REGEX "/${diagnosis}/[^/]+$")
    add_test(NAME capture/${diagnosis}
        COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/capture_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
                --catalogue ${PROJECT_BINARY_DIR}/catalogue.json ${cases})
    set_tests_properties(capture/${diagnosis} PROPERTIES LABELS capture TIMEOUT 300)
endforeach()

add_test(NAME profile
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/profile_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --build ${PROJECT_BINARY_DIR})
set_tests_properties(profile PROPERTIES LABELS capture TIMEOUT 300)

add_test(NAME exports COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/plugin/exports_test.sh $<TARGET_FILE:tlsdiag>)
add_test(NAME loading
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/loading_test.py --plugins ${TLSDIAG_PLUGIN_DIR})
set_tests_properties(exports loading PROPERTIES LABELS capture TIMEOUT 300)

foreach(name live ladder flow statistics streams looked_at)
    add_test(NAME ${name}
        COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/${name}_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
                ${PROJECT_SOURCE_DIR}/captures)
    set_tests_properties(${name} PROPERTIES LABELS capture TIMEOUT 300)
endforeach()

# Tests of the command tlsdiag.
foreach(name command command_many command_pages command_surroundings command_data command_hosts)
    add_test(NAME ${name}
        COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/command/${name}_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
                --build ${PROJECT_BINARY_DIR})
    set_tests_properties(${name} PROPERTIES LABELS capture SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()
add_test(NAME command_help
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/command/command_help_test.py
            $<$<BOOL:${ASCIIDOCTOR}>:${PROJECT_BINARY_DIR}/command/tlsdiag.1>
    COMMAND_EXPAND_LISTS)
add_test(NAME command_corpus
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/command/command_corpus_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --build ${PROJECT_BINARY_DIR} --every 8)
set_tests_properties(command_corpus PROPERTIES LABELS corpus SKIP_RETURN_CODE 77 TIMEOUT 600)

set(page_test ${CMAKE_CURRENT_SOURCE_DIR}/plugin/page_test.py --plugins ${TLSDIAG_PLUGIN_DIR} ${PROJECT_SOURCE_DIR}/captures)
add_test(NAME page COMMAND Python3::Interpreter ${page_test})
add_test(NAME browser
    COMMAND Python3::Interpreter ${page_test} --browser --out ${PROJECT_BINARY_DIR}/screenshots
            --axe ${PROJECT_SOURCE_DIR}/build/npm/node_modules/axe-core/axe.min.js)
set_tests_properties(page browser PROPERTIES LABELS capture SKIP_RETURN_CODE 77 TIMEOUT 300)

add_test(NAME gui
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/gui_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --out ${PROJECT_BINARY_DIR}/gui ${PROJECT_SOURCE_DIR}/captures)
set_tests_properties(gui PROPERTIES LABELS gui SKIP_RETURN_CODE 77 TIMEOUT 300)

add_test(NAME cut
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/cut_test.py --plugins ${TLSDIAG_PLUGIN_DIR})
set_tests_properties(cut PROPERTIES LABELS capture RUN_SERIAL ON TIMEOUT 1200)

add_test(NAME hostile
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/hostile_test.py --plugins ${TLSDIAG_PLUGIN_DIR})
set_tests_properties(hostile PROPERTIES LABELS capture TIMEOUT 300)

add_test(NAME quiet
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/quiet_test.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --build ${PROJECT_BINARY_DIR})
set_tests_properties(quiet PROPERTIES LABELS capture SKIP_RETURN_CODE 77 TIMEOUT 300)

add_test(NAME corpus
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/plugin/corpus.py --plugins ${TLSDIAG_PLUGIN_DIR}
            --out ${PROJECT_BINARY_DIR}/corpus --unless-known --check)
set_tests_properties(corpus PROPERTIES LABELS corpus SKIP_RETURN_CODE 77 RUN_SERIAL ON TIMEOUT 1200)
