# The gateway's HTTP face over a real store, real workers and real TLS; clients are libcurl.
foreach(name case_record_is_reached_over_https http_doors_open_to_whom_they_should recordings_play_over_https)
    add_executable(${name} ${CMAKE_CURRENT_LIST_DIR}/${name}.c ${CMAKE_CURRENT_LIST_DIR}/demo_case.c
        ${CMAKE_CURRENT_LIST_DIR}/signaling_rig.c)
    target_link_libraries(${name} PRIVATE bedside_signaling bedside_store bedside_recording_file openapi_checker
        PkgConfig::CURL PkgConfig::JANSSON PkgConfig::CMOCKA Threads::Threads)
    target_compile_definitions(${name} PRIVATE SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS integration TIMEOUT 180)
endforeach()
# The same from outside: the built programs, and assertions that another implementation signs.
add_test(NAME programs_use_the_api COMMAND node --test ${CMAKE_CURRENT_LIST_DIR}/programs_use_the_api.mjs)
set_tests_properties(programs_use_the_api PROPERTIES LABELS integration TIMEOUT 180
    ENVIRONMENT "BEDSIDE_BUILD=${CMAKE_BINARY_DIR}")

add_executable(cases_go_their_way_over_http ${CMAKE_CURRENT_LIST_DIR}/cases_go_their_way_over_http.c
    ${CMAKE_CURRENT_LIST_DIR}/signaling_rig.c)
target_link_libraries(cases_go_their_way_over_http PRIVATE bedside_signaling bedside_store bedside_recording_file openapi_checker
    PkgConfig::CURL PkgConfig::JANSSON PkgConfig::CMOCKA Threads::Threads)
target_compile_definitions(cases_go_their_way_over_http PRIVATE SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
add_test(NAME cases_go_their_way_over_http COMMAND cases_go_their_way_over_http)
set_tests_properties(cases_go_their_way_over_http PROPERTIES LABELS integration TIMEOUT 180)
